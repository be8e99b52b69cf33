// Writes fingerprints.json: FarmHash's fingerprint64 of texts of 0 to 200 letters, by the npm package farmhash-modern 1.1.0 (the Rust crate farmhash as WebAssembly).
// npm install farmhash-modern@1.1.0, then run it in this folder.
const farmhash = require('farmhash-modern');
const text = length => Array.from({ length }, (_, i) => String.fromCharCode(33 + ((i * i * 7 + i * 3 + length) % 90))).join('');
const fingerprints = Array.from({ length: 201 }, (_, length) => farmhash.fingerprint64(text(length)).toString());
require('fs').writeFileSync('fingerprints.json', JSON.stringify({ fingerprints }, null, 0).replace(/,/g, ',\n') + '\n');
