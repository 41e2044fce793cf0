# shellcheck shell=bash
# An authority of one's own, for servers that speak TLS; sourced by their scripts.

# authority FOLDER: makes ca.pem, and server.pem with server.key for localhost and 127.0.0.1, unless they are there.
authority() {
  local dir=$1
  [ ! -s "$dir/server.pem" ] || return 0
  command -v openssl >/dev/null || install openssl
  mkdir -p "$dir"
  {
    openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj "/CN=Gehoor test authority" \
      -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign \
      -keyout "$dir/ca.key" -out "$dir/ca.pem"
    openssl req -newkey rsa:2048 -nodes -subj "/CN=localhost" -keyout "$dir/server.key" -out "$dir/server.csr"
    printf 'subjectAltName=DNS:localhost,IP:127.0.0.1\nbasicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth\n' >"$dir/server.ext"
    openssl x509 -req -days 30 -in "$dir/server.csr" -CA "$dir/ca.pem" -CAkey "$dir/ca.key" -CAcreateserial \
      -extfile "$dir/server.ext" -out "$dir/server.pem"
  } >"$dir/log" 2>&1 || { tail -n 15 "$dir/log" >&2; fail "openssl could not make certificates (all of it: $dir/log)"; }
}
