#!/usr/bin/env bash
# avsc 5.7.9 (npm): Type.forValue takes whole numbers beyond 32 bits for float, and rounds times by up to a
# minute.
#
# Expected: a schema made from a value holds that value: long or double for a whole number that is too large
# for int. (That fractions become float, to be short, is known to its makers.)
# Happens: whole numbers from 2^31 to 2^53 are given the type float, with 24 bits of them kept. Only beyond
# that double is chosen, so 9007199254740991 is kept to the last digit and 2147483649 is not. Neither
# toBuffer nor a check of the value against the type (isValid, also with its error hook) objects.
# Seen: a record of one field, written and read by the type that was made from that record itself.
# Matters: a Node service that logs events as Avro with an inferred schema stores Date.now() in steps of 131
# seconds, and ids above two thousand million collide. Rows to train on then join the wrong user and lose
# their order, in files that every reader takes as sound: the loss is in the writer.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm install --silent --no-audit --no-fund --prefix . avsc@5.7.9 >&2
cat > inferred.js <<'JS'
const {Type} = require('avsc');

function roundTrip(value) {
  const type = Type.forValue({value});
  const objections = [];
  const valid = type.isValid({value}, {errorHook: path => objections.push(path)});
  const read = type.fromBuffer(type.toBuffer({value})).value;
  const inferred = type.field('value').type.typeName;
  console.log(`${value} as ${inferred} is read as ${read}, off by ${read - value}, said to be valid: ${valid}`);
  return `${inferred} ${read} ${valid && objections.length === 0}`;
}

const seen = [2147483647, 2147483649, 1700000000123, 1700000100000, 9007199254740991].map(roundTrip);
const long = Type.forSchema('long');
const kept = long.fromBuffer(long.toBuffer(1700000000123));
console.log(`1700000000123 by a schema of long is read as ${kept}`);
const so = kept === 1700000000123 && JSON.stringify(seen) === JSON.stringify([
  'int 2147483647 true', 'float 2147483648 true', 'float 1700000038912 true', 'float 1700000038912 true',
  'double 9007199254740991 true']);
console.log(so ? 'seen: whole numbers are rounded to float by their own schema' : 'no longer so');
process.exit(so ? 0 : 1);
JS
node inferred.js
