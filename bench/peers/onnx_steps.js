// The workloads of bench/Steps that infer, in ONNX Runtime. One JSON line a workload; give one name where peak memory matters.
// First, here: npm install --ignore-scripts; python3 export_onnx.py FOLDER
// usage: node onnx_steps.js --models FOLDER [--threads N] [--seconds S] [NAME ...]
const fs = require('node:fs');
const path = require('node:path');
const { parseArgs } = require('node:util');
const ort = require('onnxruntime-node');

const WORKLOADS = ['resnet50_infer_b1', 'resnet50_infer_b8', 'vgg16_infer_b1', 'vgg16_infer_b8', 'googlenet_infer_b1',
  'mobilenetv2_infer_b1', 'efficientnetb0_infer_b1', 'inceptionv3_infer_b1', 'densenet121_infer_b1'];

async function repeat(step, seconds, leastSteps) {
  const times = [];
  const end = performance.now() + seconds * 1000;
  while (times.length < leastSteps || performance.now() < end) {
    const start = performance.now();
    await step();
    times.push(performance.now() - start);
  }
  return times.sort((a, b) => a - b);
}

async function measure(name, folder, threads, seconds) {
  const [network, batch] = name.split('_infer_b');
  const session = await ort.InferenceSession.create(path.join(folder, `${network}.onnx`), { intraOpNumThreads: threads, interOpNumThreads: 1 });
  const side = network === 'inceptionv3' ? 299 : 224;
  const shape = [Number(batch), 3, side, side];
  const pixels = Float32Array.from({ length: shape.reduce((a, b) => a * b) }, Math.random);
  const images = new ort.Tensor('float32', pixels, shape);
  const step = () => session.run({ images });
  await repeat(step, seconds / 2, 2);
  const times = await repeat(step, seconds, 3);
  const peak = Number(/VmHWM:\s+(\d+)/.exec(fs.readFileSync('/proc/self/status', 'utf8'))[1]);
  const rounded = (milliseconds) => Math.round(milliseconds * 1000) / 1000;
  console.log(JSON.stringify({
    name, median_ms: rounded(times[times.length >> 1]), best_ms: rounded(times[0]), steps: times.length, threads, peak_rss_mb: peak >> 10,
  }));
  await session.release();
}

(async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { models: { type: 'string' }, threads: { type: 'string', default: '2' }, seconds: { type: 'string', default: '4' } },
  });
  const unknown = positionals.filter((name) => !WORKLOADS.includes(name));
  if (unknown.length > 0 || !values.models) {
    console.error(unknown.length > 0 ? `There is no workload ${unknown.join(', ')}; there are ${WORKLOADS.join(', ')}.` : '--models FOLDER is needed.');
    process.exit(2);
  }
  for (const name of positionals.length > 0 ? positionals : WORKLOADS)
    await measure(name, values.models, Number(values.threads), Number(values.seconds));
})();
