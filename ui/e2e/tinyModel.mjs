/**
 * A model in ONNX format made byte by byte, so that one can be installed without owning one: divides a picture of 64 by
 * 64 pixels into 4 by 4 cells and says of each how blue, green and red it is, in the way of YOLOv8.
 */
const CELL = 16;
const CELLS = 16;

export const descriptor = {
  id: 'colours',
  name: 'Colours',
  version: '1.0.0',
  licence: 'Apache-2.0',
  labels: ['blue', 'green', 'red'],
  input: { widthPx: 64, heightPx: 64, channels: 'bgr', std: 255, resize: 'stretch' },
  decoder: 'yolov8',
};

export function tinyModel() {
  const graph = message(
    part(1, node('AveragePool', ['in'], 'pooled', ints('kernel_shape', CELL, CELL), ints('strides', CELL, CELL))),
    part(1, node('Reshape', ['pooled', 'shape'], 'scores')),
    part(1, node('Concat', ['boxes', 'scores'], 'out', message(text(1, 'axis'), number(3, 1), number(20, 2)))),
    text(2, 'colours'),
    part(5, message(number(1, 3), number(2, 7), number(7, 1), number(7, 3), number(7, CELLS), text(8, 'shape'))),
    part(5, message(number(1, 1), number(1, 4), number(1, CELLS), number(2, 1), text(8, 'boxes'), part(9, boxes()))),
    part(11, value('in', 1, 3, 64, 64)),
    part(12, value('out', 1, 7, CELLS)),
  );
  return message(number(1, 8), part(7, graph), part(8, message(text(1, ''), number(2, 13))));
}

/** Centre and size of each cell. */
function boxes() {
  const cells = Array.from({ length: CELLS }, (_, i) => i);
  const numbers = [
    ...cells.map((i) => ((i % 4) + 0.5) * CELL),
    ...cells.map((i) => (Math.floor(i / 4) + 0.5) * CELL),
    ...Array(2 * CELLS).fill(CELL),
  ];
  const bytes = Buffer.alloc(4 * numbers.length);
  numbers.forEach((it, i) => bytes.writeFloatLE(it, 4 * i));
  return bytes;
}

function node(operator, inputs, output, ...attributes) {
  return message(
    ...inputs.map((input) => text(1, input)),
    text(2, output),
    text(4, operator),
    ...attributes.map((it) => part(5, it)),
  );
}

function ints(name, ...values) {
  return message(text(1, name), ...values.map((it) => number(8, it)), number(20, 7));
}

function value(name, ...shape) {
  const dimensions = message(...shape.map((it) => part(1, message(number(1, it)))));
  return message(text(1, name), part(2, message(part(1, message(number(1, 1), part(2, dimensions))))));
}

// Protocol buffers: each field is its number and kind, then its value.

function message(...fields) {
  return Buffer.concat(fields);
}

function number(field, value) {
  return Buffer.concat([varint(field << 3), varint(value)]);
}

function part(field, bytes) {
  return Buffer.concat([varint((field << 3) | 2), varint(bytes.length), bytes]);
}

function text(field, value) {
  return part(field, Buffer.from(value));
}

function varint(value) {
  const bytes = [];
  for (let rest = value; ; rest >>>= 7) {
    if (rest < 0x80) return Buffer.from([...bytes, rest]);
    bytes.push((rest & 0x7f) | 0x80);
  }
}
