// Writes the nested-* files: MODULES=folder node make/nested.mjs, in the folder of the files, where npm's avsc 5.7.9 and @duckdb/node-api 1.5.6-r.1
// are in MODULES/node_modules.
import { createRequire } from 'module'
import { readFileSync } from 'fs'
import path from 'path'
const require = createRequire(path.resolve(process.env.MODULES || '.', 'x.js'))
const avsc = require('avsc'), { DuckDBInstance } = require('@duckdb/node-api')

const out = '.'
const db = await (await DuckDBInstance.create()).connect()
await db.run(`CREATE TABLE t AS SELECT
  i::INT AS id,
  CASE WHEN i % 5 <> 1 THEN {'a': CASE WHEN i % 7 <> 2 THEN i END, 't': CASE WHEN i % 3 <> 2 THEN {'b': 'b' || (i % 4)} END} END AS s,
  CASE WHEN i % 6 <> 4 THEN list_transform(range(i % 4), j -> CASE WHEN (i + j) % 5 <> 3 THEN {'sku': 'k' || ((i + j) % 3), 'qty': CASE WHEN j <> 1 THEN i * 10 + j END, 'tags': CASE WHEN j <> 2 THEN list_transform(range((i + j) % 3), n -> 't' || (n + j)) END} END) END AS items,
  CASE WHEN i % 4 = 0 THEN MAP {} WHEN i % 4 = 1 THEN MAP {'k': {'v': i * 0.5}} WHEN i % 4 = 2 THEN MAP {'j': {'v': 1.0}, 'k': {'v': NULL}} ELSE NULL END::MAP(VARCHAR, STRUCT(v DOUBLE)) AS m,
  MAP {7: [i, i + 1], 8: []}::MAP(VARCHAR, INT[]) AS mm,
  [[i * 1.0, 2.0], [3.0], []]::DOUBLE[][] AS ll,
  {'b': -i} AS a,
  {'q': i} AS p, i * 2 AS "p.q",
  [i * 0.25, i] AS v,
  ['x', 'y', NULL][: i % 4] AS names
  FROM range(24) r(i)`)
await db.run(`COPY t TO '${out}/nested-duckdb.parquet' (FORMAT parquet)`)
await db.run(`COPY t TO '${out}/nested-duckdb.json' (FORMAT json, ARRAY true)`)

const opt = type => ['null', type]
const list = items => ({ type: 'array', items })
const record = (name, fields) => ({ type: 'record', name, fields: Object.entries(fields).map(([name, type]) => ({ name, type })) })
const type = avsc.Type.forSchema(record('R', {
  id: 'int',
  s: opt(record('S', { a: opt('long'), t: opt(record('T', { b: 'string' })) })),
  items: opt(list(opt(record('I', { sku: 'string', qty: opt('int'), tags: opt(list('string')) })))),
  m: opt({ type: 'map', values: record('V', { v: opt('double') }) }),
  mm: { type: 'map', values: list('int') },
  ll: list(list('double')),
  a: record('A', { b: 'int' }),
  v: list('double'),
  names: list(opt('string')) }), { wrapUnions: false })
const rows = JSON.parse(readFileSync(`${out}/nested-duckdb.json`))
const file = avsc.createFileEncoder(`${out}/nested-avsc.avro`, type, { codec: 'deflate' })
for (const row of rows) file.write(row)
file.end()
