// Everything else that reaches other machines with data. Sources: manual pages; GTFOBins (nc, socat, openssl, ftp, lftp, aria2c).
import type { Tool, Verb } from '../table.ts';

const one = (verb: Verb): Tool => ({ verbs: { '': verb } });
const SOCKET = one({
  options:
    '-4 -6 -d -D -h -k -l -n -N -r -t -u -U -v -z -b -C -q= -i= -I= -O= -p= -P= -s= -T= -V= -w= -W= -x= -X= -M= -m= -e! -c! --exec! --sh-exec! --lua-exec! --ssl --listen --udp --keep-open --send-only --recv-only --verbose --wait= --allow= --deny= -A --chat --broker --proxy=',
  does: 'connect {address}; send api {address}',
  with: {
    '-l --listen': 'write network a listening socket',
    '-e -c --exec --sh-exec --lua-exec': 'execute inline-code {-e -c --exec --sh-exec --lua-exec}',
  },
  instead: { '-z': 'connect {address}' },
});
const HTTPIE = one({
  options:
    '-j -f -p= -h -b -v -a= -A= -d -c -F -o> -s= -q -m -I -S -x --json --form --multipart --print= --headers --body --verbose --auth= --auth-type= --download --continue --follow --max-redirects= --output> --style= --pretty= --ignore-stdin --session= --session-read-only= --verify= --cert< --cert-key< --proxy= --timeout= --check-status --offline --raw= --quiet --stream --all --unsorted --sorted --default-scheme= --http-version= --compress --curl --https --version --meta',
  does: 'connect {0}',
  with: {
    '-f --form --multipart --json -j --raw': 'send api {0}',
    '-d --download': 'write? @.',
    '--proxy': 'connect {--proxy}',
  },
  // A method, and items that make a body: `a=b`, `a:=1`, `a@file`.
  about: [
    [/^(?:POST|PUT|PATCH|DELETE|[A-Z]{3,})$/, 'connect {1}; send api {1}'],
    [/^(?!https?:\/\/)[\w.[\]-]+(?::?=|@)/, 'send api {0}; connect? {1}; read? @{*}'],
  ],
});

export const REACHING: { readonly [names: string]: Tool } = {
  'nc ncat netcat nc.openbsd nc.traditional': SOCKET,
  telnet: one({ does: 'connect {address}; send api {address}', options: '-4 -6 -8 -E -K -L -a -d -l= -e= -n>' }),
  socat: one({ does: 'connect {address}; send api {address}; execute inline-code socat {*}', lenient: true }),
  'ftp lftp ncftp tftp cadaver smbclient': one({
    does: 'connect {0}; send? api {0}; execute inline-code {tool} {*}',
    lenient: true,
  }),
  'http https xh xhs httpie ht': HTTPIE,
  'aria2c axel lwp-download GET HEAD fetch youtube-dl yt-dlp gallery-dl megadl transmission-cli': one({
    options:
      '-o= -d> -x= -s= -i< -q --dir> --out= --input-file< --conf-path! --on-download-complete! --on-download-start! --on-bt-download-complete! --exec! --post-processor! --external-downloader! --config-location! --batch-file< --cookies< --cookies-from-browser=',
    does: 'connect {*}; write? @.',
    with: { '--cookies-from-browser': 'read credentials browser cookies' },
  }),
  rclone: {
    options:
      '-v -q -P -n --progress --dry-run --config! --transfers= --checkers= --exclude= --include= --filter= --bwlimit= --stats= --log-file> --log-level= --verbose --quiet',
    verbs: {
      'ls, lsl, lsd, lsf, lsjson, size, about, listremotes, version, tree, check, cat, md5sum, sha1sum, hashsum, ncdu, help':
        { does: 'connect the remote', lenient: true },
      'copy, copyto, copyurl, rcat': {
        does: 'connect the remote; send api {*}; write? @{1}',
        lenient: true,
        instead: { '-n --dry-run': 'connect the remote' },
      },
      'sync, move, moveto, bisync, delete, deletefile, purge, rmdir, rmdirs, cleanup, dedupe': {
        does: 'connect the remote; send api {*}; delete cloud {*}; write? @{1}',
        lenient: true,
        instead: { '-n --dry-run': 'connect the remote' },
      },
      'config, config create, config update, config show, config dump, config file, obscure, authorize, reveal': {
        does: 'read credentials rclone',
        lenient: true,
      },
      '*': { does: 'connect the remote; write cloud {*}', lenient: true },
    },
  },
  's3cmd s5cmd mc b2 s4cmd swift': {
    options: '--recursive -r --force -f --acl-public --dry-run -n --endpoint-url= --profile= --delete-removed --delete',
    verbs: {
      'ls, la, du, info, cat, stat, head, find, tree, version, account': { does: 'read cloud {*}', lenient: true },
      'del, rm, rb, expire, abortmp': { does: 'delete cloud {*}', lenient: true },
      'put, sync, cp, mv, mirror, upload, pipe, upload-file, get, share': {
        does: 'send api {*}; write cloud {*}; write? @{1}',
        lenient: true,
        with: { '--delete-removed --delete': 'delete cloud {*}' },
      },
      '*': { does: 'write cloud {*}', lenient: true },
    },
  },
  'croc wormhole magic-wormhole ffsend transfer pastebinit termbin ix bpaste sprunge anypaste share-file onionshare sendme portal':
    one({ does: 'send page {*}', lenient: true }),
  'python-http serve http-server caddy nginx apache2 httpd lighttpd dufs miniserve darkhttpd webfs simple-http-server live-server':
    one({
      does: 'write network {tool}; execute inline-code {tool} {*}',
      lenient: true,
      options: '-v -V --version -t -T',
      instead: { '-v -V --version': '' },
    }),
  openssl: {
    verbs: {
      'version, ciphers, errstr, list, speed, help, prime': { does: '', lenient: true },
      'dgst, md5, sha1, sha256, sha512, base64, x509, verify, asn1parse, crl, crl2pkcs7, req -text, ocsp, enc -d': {
        options:
          '-in< -out> -noout -text -subject -issuer -dates -enddate -startdate -fingerprint -serial -hash -sha256 -sha1 -sha512 -md5 -hex -binary -r -c -d -e -a -A -pubkey -CAfile< -inform= -outform= -modulus -purpose -ext= -verify< -signature< -nameopt= -checkend= -base64 -hmac= -untrusted<',
        does: '',
        operands: 'read',
      },
      rand: { options: '-hex -base64 -out>', does: '' },
      passwd: { does: 'read credentials', lenient: true },
      s_client: {
        does: 'connect {-connect}',
        lenient: true,
        options:
          '-connect= -servername= -host= -port= -showcerts -cert< -key< -CAfile< -brief -quiet -ign_eof -starttls= -proxy=',
        with: { '-quiet -ign_eof': 'send api {-connect}', '-proxy': 'connect {-proxy}' },
      },
      's_server, s_time': { does: 'write network openssl', lenient: true },
      'rsa, ec, pkey, pkcs8, pkcs12, genrsa, genpkey, ecparam, dsa, dhparam, rsautl, pkeyutl, enc, smime, cms, req, ca, ts, spkac, rehash, engine, storeutl, nseq, genpkey -algorithm':
        {
          does: 'read? credentials {-in}; write? credentials {-out}',
          lenient: true,
          options:
            '-in< -out> -keyout> -key< -inkey< -days= -subj= -passin= -passout= -engine! -provider! -provider-path! -config!',
        },
    },
  },
};
