// Writes codec-*.parquet, one file a codec and writer: MODULES=folder node make/codecs.mjs, in the folder of the files.
import { createRequire } from 'module'
import fs from 'fs'
import path from 'path'
const require = createRequire(path.resolve(process.env.MODULES || '.', 'x.js'))
const { DuckDBInstance } = require('@duckdb/node-api'), arrow = require('apache-arrow'), PQ = require('parquet-wasm/node')
const db = await (await DuckDBInstance.create(':memory:')).connect()
for (const codec of ['uncompressed', 'snappy', 'gzip', 'zstd', 'brotli', 'lz4_raw'])
  await db.run(`COPY (SELECT i * 0.25 AS x, 'city ' || (i % 3) AS city FROM range(200) t(i)) TO 'codec-${codec}-duckdb.parquet' (FORMAT parquet, COMPRESSION ${codec})`)
const I = [...Array(200).keys()], v = (t, f) => arrow.vectorFromArray(I.map(f), t)
const table = arrow.tableToIPC(new arrow.Table({ x: v(new arrow.Float64, i => i * 0.25), city: v(new arrow.Utf8, i => 'city ' + i % 3) }), 'stream')
for (const codec of ['SNAPPY', 'GZIP', 'ZSTD', 'BROTLI', 'LZ4', 'LZ4_RAW'])
  fs.writeFileSync(`codec-${codec.toLowerCase()}-parquet-rs.parquet`, PQ.writeParquet(PQ.Table.fromIPCStream(table), new PQ.WriterPropertiesBuilder().setCompression(PQ.Compression[codec]).build()))
