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

// What is easily typed into a router and read to somebody on the phone.
export function isUsername(text: string): boolean {
  return /^[\w.@-]+$/.test(text);
}

// "Achieng Kariuki" becomes achieng-kariuki: something to begin with.
export function easyUsername(name: string): string {
  const plain = name.normalize('NFKD').replace(/[\u0300-\u036f]/g, '').toLowerCase();
  return plain.replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '').slice(0, 40);
}
