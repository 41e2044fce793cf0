#!/usr/bin/env bash
# Makes the small checkpoints of the parity tests and the reference's answers (checkpoints.py); does nothing when they are there
# and were made by the same script.
#
#   checkpoints.sh DIR     prints DIR
#
# Downloads 0.2 GB of Python packages, needs 0.9 GB while it works, and keeps 4 MB.
PART=checkpoints
# shellcheck source=tests/parts/common.sh
. "$(dirname "$0")/common.sh"
[ $# -eq 1 ] || fail "say: checkpoints.sh DIR"
DIR=$1
HERE=$(cd "$(dirname "$0")" && pwd)
CORPUS=$HERE/../../models/corpus

make() {
  local version
  version=$(cat "$HERE/checkpoints.py" "$HERE/checkpoints.sh" | sha256sum)
  [ "$(cat "$DIR/ready" 2>/dev/null)" != "$version" ] || return 0
  python3 -c 'import venv, ensurepip' 2>/dev/null || install python3 python3-venv
  rm -rf "$DIR"
  mkdir -p "$DIR/work"
  trap 'rm -rf "$DIR/work"' EXIT
  local free
  free=$(df -Pk "$DIR" | awk 'NR == 2 { print $4 }')
  [ "$free" -gt 1000000 ] || fail "needs 1 GB of free disk in $DIR; there are $((free / 1000)) MB"
  say "making checkpoints with the reference implementation"
  python3 -m venv "$DIR/work/v"
  # Only what is imported: the library's own list would bring gigabytes.
  "$DIR/work/v/bin/pip" -q install --no-cache-dir --no-deps --only-binary=:all: \
    transformers==4.46.3 tokenizers==0.20.3 safetensors==0.4.5 sentencepiece==0.2.0 huggingface_hub==0.26.5 \
    jax==0.4.30 jaxlib==0.4.30 flax==0.8.5 ml_dtypes==0.4.1 numpy==1.26.4 scipy==1.13.1 opt_einsum==3.4.0 \
    msgpack==1.1.0 absl-py==2.1.0 rich==13.9.4 regex==2024.11.6 pyyaml==6.0.2 packaging==24.2 tqdm==4.67.1 \
    filelock==3.16.1 fsspec==2024.10.0 requests==2.32.3 urllib3==2.2.3 idna==3.10 certifi==2024.8.30 \
    charset_normalizer==3.4.0 typing_extensions==4.12.2
  "$DIR/work/v/bin/python" "$HERE/checkpoints.py" "$DIR" "$CORPUS" >&2
  rm -rf "$DIR/work"
  echo "$version" >"$DIR/ready"
}

alone make
echo "$DIR"
