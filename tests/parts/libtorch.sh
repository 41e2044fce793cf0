#!/usr/bin/env bash
# Puts libtorch 2.4.0 (CPU, x86-64, Linux) into a folder, out of the Python package; does nothing when it is there.
#
#   libtorch.sh DIR        prints DIR
#
# Then: LIBTORCH=DIR LIBTORCH_CXX11_ABI=0 cargo build --release --features bert
# Downloads 0.8 GB, needs 1.5 GB while it works, and keeps 0.55 GB.
PART=libtorch
# shellcheck source=tests/parts/common.sh
. "$(dirname "$0")/common.sh"
[ $# -eq 1 ] || fail "say: libtorch.sh DIR"
DIR=$1

# fetch PACKAGE...: wheels of a Python that has them, whichever Python this machine has.
fetch() {
  "$WORK/v/bin/pip" -q download --no-cache-dir --no-deps --only-binary=:all: --python-version 3.11 --implementation cp \
    --abi cp311 --abi none --platform manylinux1_x86_64 --platform manylinux2014_x86_64 -d "$WORK/wheels" "$@"
}

# unpack WHEEL PREFIX TO: the files below PREFIX in a wheel, which is deleted.
unpack() {
  python3 - "$1" "$2" "$3" <<'EOF'
import os, shutil, sys, zipfile
wheel, prefix, to = sys.argv[1:]
with zipfile.ZipFile(wheel) as z:
    for name in z.namelist():
        if not name.startswith(prefix) or name.endswith("/"):
            continue
        rest = name[len(prefix):]
        path = os.path.join(to, rest) if rest else to
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with z.open(name) as source, open(path, "wb") as target:
            shutil.copyfileobj(source, target)
EOF
}

get() {
  [ ! -e "$DIR/ready" ] || return 0
  [ "$(uname -sm)" = "Linux x86_64" ] || fail "only Linux on x86-64 is known here: set LIBTORCH to a libtorch 2.4.0 of your own"
  python3 -c 'import venv, ensurepip' 2>/dev/null || install python3 python3-venv
  command -v gcc >/dev/null || install gcc
  mkdir -p "$DIR"
  local free
  free=$(df -Pk "$DIR" | awk 'NR == 2 { print $4 }')
  [ "$free" -gt 1600000 ] || fail "needs 1.6 GB of free disk in $DIR; there are $((free / 1000)) MB"
  WORK=$DIR/work
  rm -rf "$WORK" "$DIR/lib" "$DIR/include"
  mkdir -p "$WORK/wheels" "$DIR/lib"
  trap 'rm -rf "$WORK"' EXIT
  say "downloading libtorch 2.4.0 (0.8 GB)"
  python3 -m venv "$WORK/v"
  fetch torch==2.4.0
  unpack "$WORK"/wheels/torch-*.whl torch/include/ "$DIR/include"
  local lib
  for lib in libtorch_cpu.so libc10.so libgomp-a34b3233.so.1; do
    unpack "$WORK"/wheels/torch-*.whl "torch/lib/$lib" "$DIR/lib/$lib"
  done
  rm -f "$WORK"/wheels/*
  # Also the processor's half is linked against these two.
  fetch nvidia-cuda-cupti-cu12==12.1.105 nvidia-cuda-runtime-cu12==12.1.105
  unpack "$WORK"/wheels/nvidia_cuda_cupti*.whl nvidia/cuda_cupti/lib/libcupti.so.12 "$DIR/lib/libcupti.so.12"
  unpack "$WORK"/wheels/nvidia_cuda_runtime*.whl nvidia/cuda_runtime/lib/libcudart.so.12 "$DIR/lib/libcudart.so.12"
  # The name that is linked against: here it only stands for the other two.
  : >"$WORK/stub.c"
  gcc -shared -fPIC -o "$DIR/lib/libtorch.so" -Wl,-soname,libtorch.so -Wl,--no-as-needed "$WORK/stub.c" \
    -L"$DIR/lib" -ltorch_cpu -lc10 -Wl,-rpath,'$ORIGIN' -Wl,--allow-shlib-undefined
  echo 2.4.0 >"$DIR/build-version"
  rm -rf "$WORK"
  : >"$DIR/ready"
}

alone get
echo "$DIR"
