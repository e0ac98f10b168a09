#!/bin/sh
# Builds one program of native/ for one architecture: static, position independent, the same bytes from the same compiler,
# linker and C library wherever the checkout lies and whenever it is built.
#
#   native/build.sh hook|inner|... x64|arm64 MUSL OUT     MUSL: where musl-dev of that architecture is unpacked (native/fetch-musl.sh)
#
# A program NAME is castellan-NAME.c with all NAME-*.c beside it. CC names another compiler; built.json says which one the
# committed programs are of.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
name=$1
case $2 in
  x64) triplet=x86_64-linux-musl cc=gcc ;;
  arm64) triplet=aarch64-linux-musl cc=aarch64-linux-gnu-gcc ;;
  *) echo "castellan: no such architecture: $2" >&2; exit 64 ;;
esac
cc=${CC:-$cc}
musl=$(cd "$3" && pwd)
out=$(cd "$(dirname "$4")" && pwd)/$(basename "$4")
lib=$musl/usr/lib/$triplet
export LC_ALL=C SOURCE_DATE_EPOCH=0
cd "$here"
sources=castellan-$name.c
for part in "$name"-*.c; do
  if [ -f "$part" ]; then sources="$sources $part"; fi
done
# shellcheck disable=SC2086 # one word each
"$cc" -std=c11 -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror -Os -fPIE -fno-ident -fno-asynchronous-unwind-tables \
  -fno-unwind-tables -fstack-protector-strong -fno-plt -frandom-seed=castellan -ffunction-sections -fdata-sections \
  -nostdinc -isystem "$musl/usr/include/$triplet" -isystem "$("$cc" -print-file-name=include)" \
  -nostdlib -static-pie -s -Wl,--gc-sections,--build-id=none,-z,relro,-z,now,-z,noexecstack,--hash-style=gnu \
  -o "$out" "$lib/rcrt1.o" "$lib/crti.o" $sources "$lib/libc.a" "$("$cc" -print-libgcc-file-name)" "$lib/crtn.o"
chmod 755 "$out"
