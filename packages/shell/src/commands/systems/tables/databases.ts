// Programs that reach databases without statements of their own, and the migrations of frameworks. Sources: the manuals of
// PostgreSQL, MySQL, MongoDB, Redis; Prisma, Knex, Sequelize, TypeORM, Drizzle, Alembic, Flyway, Liquibase, Rails, Django.
import type { Tool, Verb } from '../table.ts';

const one = (verb: Verb): Tool => ({ abbreviates: true, verbs: { '': verb } });
const PG =
  '-h= -p= -U= -w -W -d= --host= --port= --username= --no-password --password --dbname= --maintenance-db= -e --echo -v --verbose -q --quiet';
const HOST = { '-h --host': 'connect {-h --host}' };
const MIGRATES: Verb = { does: 'execute project-code; write database {path} {*}', lenient: true };
const RESETS: Verb = { does: 'execute project-code; delete database {path} {*}', lenient: true };
const LOOKS: Verb = { does: 'execute project-code; read database', lenient: true };

export const DATABASES: { readonly [names: string]: Tool } = {
  'pg_dump pg_dumpall pg_basebackup': one({
    options: `${PG} -f> --file> -F= --format= -a -s -t= -n= -N= -T= -c -C -O -x -Z= -j= -b --clean --create --data-only --schema-only --table= --schema= --exclude-table= --exclude-schema= --no-owner --no-privileges --no-acl --if-exists --inserts --column-inserts --jobs= --compress= --blobs --globals-only -g --roles-only -r --pgdata> -D> -X= -P`,
    does: 'read database',
    with: HOST,
  }),
  pg_restore: one({
    options: `${PG} -l --list -f> --file> -F= -a -s -t= -n= -c -C -O -x -j= -1 --clean --create --if-exists --data-only --schema-only --table= --schema= --no-owner --no-privileges --jobs= --single-transaction --exit-on-error -e --disable-triggers`,
    does: 'write database {-d --dbname}',
    operands: 'read',
    with: { ...HOST, '-c --clean': 'delete database {-d --dbname}' },
    instead: { '-l --list -f --file': '' },
  }),
  'dropdb dropuser': one({
    options: `${PG} -i -f --interactive --if-exists --force`,
    does: 'delete database {*}',
    with: HOST,
  }),
  'createdb createuser createlang reindexdb vacuumdb clusterdb': one({
    options: `${PG} -O= -T= -E= -l= -D= -a -z -f -s -S -r -R -L -P --owner= --template= --encoding= --superuser --createdb --createrole --login --pwprompt --all --analyze --full`,
    does: 'write database {*}',
    with: HOST,
  }),
  'pg_isready pg_config pg_waldump': one({ options: PG, does: '', with: HOST, lenient: true }),
  'pg_ctl pg_ctlcluster mysqld_safe': one({ does: 'write service database server {*}', lenient: true }),
  'initdb pg_resetwal pg_rewind pg_upgrade pg_archivecleanup mysql_install_db': one({
    does: 'delete database {*}',
    lenient: true,
  }),
  mysqladmin: {
    options: '-h= -u= -p? -P= -f -s -v --host= --user= --password? --port= --force --protocol= -S=',
    verbs: {
      'status, ping, version, processlist, variables, extended-status': { does: 'read database', with: HOST },
      drop: 'delete database {*}',
      'create, flush-hosts, flush-logs, flush-privileges, flush-tables, reload, refresh, start-slave, stop-slave':
        'write database {*}',
      'shutdown, kill': 'write service database server',
      password: 'write account {*}',
    },
  },
  'mysqldump mariadb-dump': one({
    options:
      '-h= -u= -p? -P= -B -A -d -t -r> -S= -w= --host= --user= --password? --port= --databases --all-databases --no-data --no-create-info --result-file> --single-transaction --routines --triggers --events --add-drop-table --add-drop-database --where= --ignore-table= --quick --lock-tables? --skip-lock-tables --no-tablespaces --column-statistics= --set-gtid-purged= --hex-blob --compact --skip-comments --skip-add-drop-table --opt --tab> --protocol=',
    does: 'read database {*}',
    with: HOST,
  }),
  'mysqlimport mongoimport': one({
    does: 'write database {*}',
    lenient: true,
    options: '--drop --delete --replace -h= --host=',
    with: { ...HOST, '--drop --delete': 'delete database {*}' },
  }),
  'mongodump mongoexport bsondump mongostat mongotop': one({
    does: 'read database; write? @.',
    lenient: true,
    options: '-h= --host= -o> --out>',
    with: HOST,
  }),
  mongorestore: one({
    does: 'write database {*}',
    lenient: true,
    options: '--drop -h= --host=',
    with: { ...HOST, '--drop': 'delete database {*}' },
  }),
  prisma: {
    options: '--schema<',
    verbs: {
      'version, -v, validate, format, migrate status, migrate diff, debug, studio': LOOKS,
      'generate, init': { does: 'execute project-code', lenient: true },
      'migrate dev, migrate deploy, migrate resolve, db seed, db pull': MIGRATES,
      'db push': {
        ...MIGRATES,
        options: '--accept-data-loss --force-reset --skip-generate',
        with: { '--accept-data-loss --force-reset': 'delete database' },
      },
      'migrate reset, db drop': RESETS,
      'db execute': { does: 'execute project-code; write database; delete? database', lenient: true },
    },
  },
  'knex sequelize sequelize-cli typeorm drizzle-kit mikro-orm db-migrate node-pg-migrate migrate dbmate goose atlas sql-migrate hasura flyway liquibase alembic flask-migrate aerich diesel sea-orm-cli sqlx ecto phinx doctrine bytebase sqitch rambler':
    {
      verbs: {
        'status, info, migrate:list, migrate:status, migrate:currentVersion, db:migrate:status, current, history, heads, show, check, validate, version, introspect, branches, list-changesets, migrate info, database list, migration:show, migrate status, db:version, generate, migrate:make, migration:generate, revision, create, new, add':
          LOOKS,
        'down, rollback, migrate:down, migrate:rollback, db:migrate:undo, db:migrate:undo:all, db:drop, drop, drop-all, downgrade, undo, redo, reset, clean, schema:drop, migration:revert, database drop, database reset, migrate down, migrate redo, fresh, schema clean, migration:down, schema:fresh, down-to, dropAll, rollback-count, migrate:fresh, migrate revert, revert, force':
          RESETS,
        '*, * *': MIGRATES,
      },
    },
  'rails rake bin/rails django-admin artisan': {
    verbs: {
      'db:drop, db:drop:all, db:reset, db:migrate:reset, db:rollback, db:migrate:down, db:migrate:redo, db:purge, db:truncate_all, db:schema:load, db:structure:load, db:setup, db:seed:replant, flush, sqlflush, reset_db, migrate:fresh, migrate:reset, migrate:rollback, migrate:refresh, db:wipe, db:environment:set':
        RESETS,
      'db:migrate, db:seed, db:create, db:prepare, db:migrate:up, db:fixtures:load, migrate, loaddata, makemigrations, createsuperuser, changepassword, db:schema:dump':
        MIGRATES,
      'db:version, db:migrate:status, showmigrations, sqlmigrate, inspectdb, dumpdata, migrate:status': LOOKS,
      '': { does: 'execute project-code', lenient: true },
      '*': { does: 'execute project-code', lenient: true },
    },
  },
};

const READ = 'read database {*}';
export const REDIS: Tool = {
  options:
    '-h= -p= -s= -a= -u= -r= -i= -n= -2 -3 -c -e -t= --user= --pass= --askpass --raw --no-raw --csv --json --quoted-json --no-auth-warning --tls --sni= --cacert< --cert< --key< --insecure --verbose -x --eval! --rdb> --functions-rdb>',
  verbs: {
    '': {
      does: 'read database',
      options:
        '--scan --bigkeys --memkeys --hotkeys --stat --latency --latency-history --pattern= --count= --version --pipe --cluster= --intrinsic-latency= --lru-test=',
      with: { '--pipe --cluster': 'write? database; delete? database' },
      operands: 'none',
    },
    'get, mget, keys, scan, exists, type, ttl, pttl, strlen, getrange, substr, llen, lrange, lindex, lpos, hget, hmget, hgetall, hkeys, hvals, hlen, hexists, hscan, hstrlen, hrandfield, smembers, sismember, smismember, scard, srandmember, sscan, sinter, sunion, sdiff, sintercard, zrange, zrevrange, zrangebyscore, zrevrangebyscore, zrangebylex, zcard, zscore, zmscore, zrank, zrevrank, zcount, zlexcount, zscan, zrandmember, xlen, xrange, xrevrange, xread, xinfo, xinfo stream, xinfo groups, xpending, getbit, bitcount, bitpos, pfcount, geopos, geodist, geohash, geosearch, info, ping, echo, dbsize, time, randomkey, object encoding, object idletime, object freq, object refcount, memory usage, memory stats, memory doctor, command, command count, command docs, client list, client info, client getname, client id, cluster info, cluster nodes, cluster slots, config get, slowlog get, slowlog len, latency latest, latency doctor, lastsave, dump, role, acl whoami, acl list, acl users, module list, pubsub channels, pubsub numsub, subscribe, psubscribe, monitor, select, auth, hello, quit, json.get, json.type, ft.search, ft.info':
      { does: READ, with: { '-h': 'connect {-h}', '-u': 'connect {-u}' } },
    'flushall, flushdb, del, unlink, getdel, rename, hdel, srem, zrem, lrem, ltrim, lpop, rpop, blpop, brpop, spop, zpopmin, zpopmax, zremrangebyscore, zremrangebyrank, zremrangebylex, xdel, xtrim, expire, pexpire, expireat, swapdb, restore, migrate, json.del, ft.dropindex, script flush, function flush, function delete, cluster reset, acl deluser, memory purge, config resetstat, slowlog reset':
      { does: 'delete database {path} {*}', with: { '-h': 'connect {-h}', '-u': 'connect {-u}' } },
    'shutdown, slaveof, replicaof, failover, bgsave, save, bgrewriteaof, config rewrite, client kill, client pause, cluster failover, cluster forget, cluster meet, debug':
      'write service database server {path} {*}',
    'config set, module load, module loadex, eval, evalsha, eval_ro, fcall, script load, function load':
      'execute inline-code redis {path} {*}',
    'publish, spublish': 'send message {0}',
    '*': { does: 'write database {path} {*}', with: { '-h': 'connect {-h}', '-u': 'connect {-u}' } },
  },
};
