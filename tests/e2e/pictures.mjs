// Pictures of screens: kept small (16 levels a colour, a palette), compared pixel by pixel.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { deflateSync } from 'node:zlib';
import { tools } from './tools.mjs';

const { PNG } = tools('pngjs');
const { default: pixelmatch } = await import(tools.resolve('pixelmatch'));
const KEPT = new URL('snapshots/', import.meta.url).pathname;
const FOUND = new URL('results/', import.meta.url).pathname;
// Of a thousand pixels: the edge of a letter may differ, a word may not.
const MAY_DIFFER = 0.3 / 1000;
const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

const crcTable = Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; ++bit) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value >>> 0;
});
function crc(bytes) {
  let value = 0xffffffff;
  for (const byte of bytes) value = crcTable[(value ^ byte) & 255] ^ (value >>> 8);
  return (value ^ 0xffffffff) >>> 0;
}
function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type), data]);
  const whole = Buffer.alloc(body.length + 8);
  whole.writeUInt32BE(data.length, 0);
  body.copy(whole, 4);
  whole.writeUInt32BE(crc(body), body.length + 4);
  return whole;
}

// To 16 levels a colour, evenly from black to white.
function coarse(png) {
  const picture = PNG.sync.read(png);
  for (let at = 0; at < picture.data.length; at += 4) {
    for (let colour = 0; colour < 3; ++colour)
      picture.data[at + colour] = Math.round(picture.data[at + colour] / 17) * 17;
    picture.data[at + 3] = 255;
  }
  return picture;
}

// As a PNG with a palette; more than 256 colours are rare, and then it is one without.
function packed({ width, height, data }) {
  const numbers = new Map();
  const rows = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; ++y)
    for (let x = 0; x < width; ++x) {
      const colour = data.readUIntBE((y * width + x) * 4, 3);
      if (!numbers.has(colour)) numbers.set(colour, numbers.size);
      rows[y * (width + 1) + 1 + x] = numbers.get(colour);
    }
  if (numbers.size > 256) return PNG.sync.write({ width, height, data }, { colorType: 2 });
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 3, 0, 0, 0], 8);
  const palette = Buffer.alloc(numbers.size * 3);
  for (const [colour, number] of numbers) palette.writeUIntBE(colour, number * 3, 3);
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('PLTE', palette),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

// What is wrong with the picture; '' when it is the one that is kept, or is kept from now on.
export function compare(name, png, update) {
  const found = coarse(png);
  const kept = `${KEPT}${name}.png`;
  if (update) {
    mkdirSync(KEPT, { recursive: true });
    writeFileSync(kept, packed(found));
    return '';
  }
  const keep = (ending, picture) => writeFileSync(`${FOUND}${name}.${ending}.png`, packed(picture));
  if (!existsSync(kept)) {
    keep('now', found);
    return `there is no snapshot ${name}.png: look at results/${name}.now.png, then run --update`;
  }
  const wanted = PNG.sync.read(readFileSync(kept));
  if (wanted.width !== found.width || wanted.height !== found.height) {
    keep('now', found);
    return `${name}: ${found.width} x ${found.height} and not ${wanted.width} x ${wanted.height}`;
  }
  const { width, height } = found;
  const apart = new PNG({ width, height });
  const pixels = pixelmatch(wanted.data, found.data, apart.data, width, height, { threshold: 0.15 });
  if (pixels <= width * height * MAY_DIFFER) return '';
  keep('now', found);
  writeFileSync(`${FOUND}${name}.apart.png`, PNG.sync.write(apart));
  return `${name}: ${pixels} pixels differ, see results/${name}.apart.png`;
}
