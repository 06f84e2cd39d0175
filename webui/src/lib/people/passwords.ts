// A network password that can be read out on the telephone: no letters that look alike.
const SIGNS = 'abcdefghkmnpqrstuvwxyz23456789';

export function easyPassword(signs = 10): string {
  let text = '';
  while (text.length < signs) {
    const [byte = 255] = crypto.getRandomValues(new Uint8Array(1));
    // A remainder would favour the first letters.
    if (byte < 256 - (256 % SIGNS.length)) text += SIGNS[byte % SIGNS.length];
  }
  return text;
}
