// Makes mobilenetv2.json: what TensorFlow.js computes with the published MobileNetV2 0.35 for an image of a formula: 1,280 features and the classes.
// Usage: npm install @tensorflow/tfjs@4.22.0, then node make_tfjs.mjs FOLDER, where FOLDER holds model.json. The weights are not copied.
import fs from 'node:fs';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs';

const folder = process.argv[2];
const json = JSON.parse(fs.readFileSync(path.join(folder, 'model.json'), 'utf8'));
const bytes = Buffer.concat(json.weightsManifest.flatMap(group => group.paths).map(name => fs.readFileSync(path.join(folder, name))));
const model = await tf.loadLayersModel(tf.io.fromMemory({
  modelTopology: json.modelTopology, weightSpecs: json.weightsManifest.flatMap(group => group.weights),
  weightData: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength),
}));
const size = 224 * 224 * 3;
const image = tf.tensor(Float32Array.from({ length: size }, (_, i) => Math.sin(i * 0.37)), [1, 224, 224, 3]);
const features = model.layers[0].apply(image);
const rounded = tensor => Array.from(tensor.dataSync(), value => Number(value.toFixed(6)));
fs.writeFileSync(path.join(path.dirname(new URL(import.meta.url).pathname), 'mobilenetv2.json'), JSON.stringify({ features: rounded(features), output: rounded(model.predict(image)) }));
