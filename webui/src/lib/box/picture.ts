// A picture as the box takes it: SVG as it is, all else as PNG of no more than 64 KB.
const BYTES_MAX = 64 * 1024;
const SIDE_MAX = 1024; // of a PNG that is sent as it came
const SIDES = [512, 384, 256, 192, 128];

function drawn(picture: ImageBitmap, side: number): Promise<Blob | null> {
  const scale = Math.min(1, side / Math.max(picture.width, picture.height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  const pen = canvas.getContext('2d');
  if (!pen) return Promise.resolve(null);
  pen.imageSmoothingQuality = 'high';
  pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
  return new Promise((done) => canvas.toBlob(done, 'image/png'));
}

// Nothing where this browser cannot read it, or cannot make it small enough.
export async function asLogo(file: File): Promise<File | null> {
  const isSmall = file.size <= BYTES_MAX;
  if (file.type === 'image/svg+xml') return isSmall ? file : null;
  const picture = await createImageBitmap(file).catch(() => null);
  if (!picture) return null;
  const fits = Math.max(picture.width, picture.height) <= SIDE_MAX;
  if (file.type === 'image/png' && isSmall && fits) return file;
  for (const side of SIDES) {
    const blob = await drawn(picture, side);
    if (blob && blob.size <= BYTES_MAX) return new File([blob], 'logo.png', { type: 'image/png' });
  }
  return null;
}
