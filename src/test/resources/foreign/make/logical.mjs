// Writes the logical-*.parquet and .avro that JavaScript and DuckDB write: MODULES=folder node make/logical.mjs, in the folder of the files, where
// npm's avsc 5.7.9, hyparquet-writer, parquet-wasm, apache-arrow and @duckdb/node-api are in MODULES/node_modules (README.md has the versions).
import { createRequire } from 'module'
import fs from 'fs'
import path from 'path'
const require = createRequire(path.resolve(process.env.MODULES || '.', 'x.js'))
const avro = require('avsc'), { DuckDBInstance } = require('@duckdb/node-api'), arrow = require('apache-arrow'), PQ = require('parquet-wasm/node')
const HY = await import(require.resolve('hyparquet-writer').replace(/[^/]*$/, 'node.js'))

const db = await (await DuckDBInstance.create(':memory:')).connect()
await db.run(`COPY (SELECT i::INT AS row, (i = 1)::BOOLEAN AS "bool", (i - 100)::TINYINT AS i8, -30000::SMALLINT AS i16, -7::INT AS i32, -9007199254740993::BIGINT AS i64,
  250::UTINYINT AS u8, 65000::USMALLINT AS u16, 4294967295::UINTEGER AS u32, 18446744073709551615::UBIGINT AS u64, 0.1::FLOAT AS f32, 0.1::DOUBLE AS f64, 12::HUGEINT AS huge,
  -12.34::DECIMAL(4,2) AS dec32, -0.00005::DECIMAL(9,5) AS small, -123456789012.345::DECIMAL(18,3) AS dec64, 1.5::DECIMAL(38,10) AS dec128,
  DATE '1969-12-31' AS "date", TIMESTAMP '1969-12-31 23:59:59.25' AS ts, TIMESTAMP_S '2026-11-23 10:15:30' AS ts_s, TIMESTAMP_MS '2026-11-23 10:15:30.125' AS ts_ms,
  TIMESTAMP_NS '2026-11-23 10:15:30.123456789' AS ts_ns, TIMESTAMPTZ '2026-11-23 10:15:30+02' AS tstz,
  TIME '10:15:30.5' AS "time", TIMETZ '10:15:30+02' AS timetz, TIME_NS '10:15:30.000000001' AS time_ns, TIME '24:00:00' AS midnight_after,
  UUID 'AB000000-0000-4000-8000-00000000000F' AS uuid, 'small'::ENUM('small', 'large') AS enum, '{"a": 1}'::JSON AS json, 'Zürich' AS text, 'x1'::BLOB AS bytes, '\\xFF\\x00'::BLOB AS binary, '101'::BIT AS bit,
  INTERVAL 3 DAY AS interval, MAP {'k': 1} AS map, {'a': 1} AS struct, [1.5, 2.5] AS list, [TIME '00:00:01'] AS times, [UUID '00000000-0000-4000-8000-000000000001'] AS uuids, [[1]] AS lists, [INTERVAL 1 DAY] AS intervals,
  1::VARIANT AS variant, 'POINT(1 2)'::GEOMETRY AS geometry FROM range(2) t(i)) TO 'logical-duckdb.parquet' (FORMAT parquet)`)

const C = (name, type, ...data) => ({ name, type, data })
HY.parquetWriteFile({ filename: 'logical-hyparquet.parquet', codec: 'UNCOMPRESSED', columnData: [
  C('float16', 'FLOAT16', 0.5, -65504, 5.960464477539063e-8), C('uuid', 'UUID', 'ab000000-0000-4000-8000-00000000000f', '00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000002'),
  C('json', 'JSON', { a: 1 }, { a: 2 }, { a: 3 }), C('ts', 'TIMESTAMP', new Date(0), new Date(1), new Date(-1)),
  ...['GEOMETRY', 'GEOGRAPHY'].map(name => C(name.toLowerCase(), name, ...[1, 2, 3].map(x => ({ type: 'Point', coordinates: [x, 0] })))) ] })

const n = [0, 1], v = (type, ...data) => arrow.vectorFromArray(data, type)
const columns = {
  time_s: v(new arrow.TimeSecond, 1, 86399), time_ms: v(new arrow.TimeMillisecond, 1500, 0), time_us: v(new arrow.TimeMicrosecond, 1500000n, 0n), time_ns: v(new arrow.TimeNanosecond, 1500000000n, 0n),
  float16: v(new arrow.Float16, 1.5, -2), utf8: v(new arrow.Utf8, 'a', 'b'), dictionary: v(new arrow.Dictionary(new arrow.Utf8, new arrow.Int8), 'a', 'b'), fixed: v(new arrow.FixedSizeBinary(2), new Uint8Array([65, 66]), new Uint8Array([67, 68])),
  nothing: v(new arrow.Null, null, null), duration: v(new arrow.DurationMillisecond, 5n, 6n) }
fs.writeFileSync('logical-parquet-rs.parquet', PQ.writeParquet(PQ.Table.fromIPCStream(arrow.tableToIPC(new arrow.Table(columns), 'stream')), new PQ.WriterPropertiesBuilder().setCompression(PQ.Compression.UNCOMPRESSED).build()))

const L = (type, logicalType, more) => ({ type, logicalType, ...more }), F = (name, size, logicalType, more) => ({ type: 'fixed', name, size, ...(logicalType ? { logicalType } : {}), ...more })
const uuid = Buffer.from('ab00000000004000800000000000000f', 'hex')
const micros = 1795428930123456, rows = [
  ['boolean', 'boolean', true, false], ['int', 'int', -7, 7], ['long', 'long', 4503599627370497, 0], ['float', 'float', 0.5, 1], ['double', 'double', 0.1, 1],
  ['string', 'string', 'Zürich', 'b'], ['bytes', 'bytes', Buffer.from('x1'), Buffer.from('y')], ['binary', 'bytes', Buffer.from([255, 0]), Buffer.from([254])], ['fixed', F('Two', 2), Buffer.from('AB'), Buffer.from('CD')],
  ['enum', { type: 'enum', name: 'Size', symbols: ['small', 'large'], default: 'small' }, 'large', 'small'],
  ['date', L('int', 'date'), -1, 0], ['time_millis', L('int', 'time-millis'), 36930500, 0], ['time_micros', L('long', 'time-micros'), 36930500000, 0], ['time_nanos', L('long', 'time-nanos'), 36930500000000, 0],
  ['timestamp_millis', L('long', 'timestamp-millis'), -750, 0], ['timestamp_micros', L('long', 'timestamp-micros'), micros, 0], ['timestamp_nanos', L('long', 'timestamp-nanos'), 123456789, 0],
  ['local_timestamp_millis', L('long', 'local-timestamp-millis'), -750, 0], ['local_timestamp_micros', L('long', 'local-timestamp-micros'), micros, 0], ['local_timestamp_nanos', L('long', 'local-timestamp-nanos'), 123456789, 0],
  ['decimal', L('bytes', 'decimal', { precision: 4, scale: 2 }), Buffer.from([0xFB, 0x2E]), Buffer.from([0])], ['decimal_fixed', F('Dec', 3, 'decimal', { precision: 6, scale: 4 }), Buffer.from([255, 255, 251]), Buffer.from([0, 0, 1])],
  ['decimal_odd', L('bytes', 'decimal', { precision: 1, scale: 3 }), Buffer.from([5]), Buffer.from([0])], ['big_decimal', L('bytes', 'big-decimal'), Buffer.from([4, 0xFB, 0x2E, 4]), Buffer.from([2, 5, 0])],
  ['uuid', L('string', 'uuid'), 'AB000000-0000-4000-8000-00000000000F', 'no uuid'], ['uuid_fixed', F('Uuid', 16, 'uuid'), uuid, uuid], ['duration', F('Dur', 12, 'duration'), Buffer.alloc(12), Buffer.alloc(12)],
  ['custom', L('int', 'no-such-type'), 1, 2], ['null', 'null', null, null], ['optional', ['null', L('int', 'time-millis')], { int: 1500 }, null],
  ['union', ['null', 'int', 'double', 'string'], { int: 1 }, { string: '2.5' }], ['numbers', ['int', 'double'], { int: 1 }, { double: 2.5 }],
  ['array', { type: 'array', items: 'double' }, [1.5, 2.5], [3, 4]], ['times', { type: 'array', items: L('long', 'time-micros') }, [1000000], [2500000]], ['durations', { type: 'array', items: 'Dur' }, [Buffer.alloc(12)], [Buffer.alloc(12)]], ['arrays', { type: 'array', items: { type: 'array', items: 'int' } }, [[1]], [[2]]],
  ['map', { type: 'map', values: 'int' }, { k: 1 }, { k: 2 }], ['record', { type: 'record', name: 'A', fields: [{ name: 'a', type: 'int' }] }, { a: 1 }, { a: 2 }] ]
const schema = { type: 'record', name: 'R', fields: rows.map(([name, type]) => ({ name, type })) }
const type = avro.Type.forSchema(JSON.parse(JSON.stringify(schema)), { wrapUnions: true })
const out = new avro.streams.BlockEncoder(type, { codec: 'null', syncMarker: Buffer.alloc(16, 7) })
out._schema = schema // with the logical types that avsc does not know
out.pipe(fs.createWriteStream('logical-avsc.avro'))
for (const i of n) out.write(Object.fromEntries(rows.map(row => [row[0], row[2 + i]])))
out.end()
