// The end of a build: packs what packs well, holds the sizes against the budgets, and leaves
// built.txt. Over a budget the build fails.
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const DIST = 'dist';
const ASSETS = join(DIST, 'assets');
// KB of 1024 bytes, packed with gzip: plain http knows nothing better.
const BUDGETS = { entryScript: 90, entryStyle: 15, screen: 40, font: 50 };

function packed(path) {
  const bytes = readFileSync(path);
  if (/\.(png|woff2|gz)$/.test(path)) return bytes.length;
  const gzip = gzipSync(bytes, { level: 9 });
  // The header's "made on" byte depends on the system; the same sources must give the same bytes.
  gzip[9] = 255;
  if (gzip.length > bytes.length * 0.95) return bytes.length;
  writeFileSync(`${path}.gz`, gzip);
  return gzip.length;
}

for (const old of readdirSync(ASSETS)) if (old.endsWith('.gz')) rmSync(join(ASSETS, old));
const page = readFileSync(join(DIST, 'index.html'), 'utf8');
const sizes = new Map(readdirSync(ASSETS).map((name) => [name, packed(join(ASSETS, name))]));
packed(join(DIST, 'index.html'));

const isFirst = (name) => page.includes(name);
const sum = (names) => names.reduce((total, name) => total + sizes.get(name), 0) / 1024;
const all = [...sizes.keys()];
const rows = [
  ['first scripts', sum(all.filter((n) => n.endsWith('.js') && isFirst(n))), BUDGETS.entryScript],
  ['first styles', sum(all.filter((n) => n.endsWith('.css') && isFirst(n))), BUDGETS.entryStyle],
  ['fonts', sum(all.filter((n) => n.endsWith('.woff2'))), BUDGETS.font],
  ...all
    .filter((name) => /\.(js|css)$/.test(name) && !isFirst(name))
    .map((name) => [name, sum([name]), BUDGETS.screen]),
];
let over = 0;
for (const [name, size, limit] of rows) {
  const verdict = size > limit ? 'OVER' : 'ok';
  if (size > limit) over += 1;
  if (verdict === 'OVER' || process.env.MNARA_SIZES || limit !== BUDGETS.screen)
    console.log(`${verdict} ${name}: ${size.toFixed(1)} KB of ${limit}`);
}
if (/<script(?![^>]*\bsrc=)|\sstyle=|\son\w+=/.test(page)) {
  console.log('OVER index.html: a script or a style stands inside the page; the policy forbids it');
  over += 1;
}
if (over > 0) process.exit(1);
writeFileSync(join(DIST, 'built.txt'), 'built\n');
