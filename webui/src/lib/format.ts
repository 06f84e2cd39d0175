// How money, time, phones and amounts of data are written. Time is Nairobi's, whatever the phone of
// the reader thinks.
const EAT_SECONDS = 3 * 3600;
const DAY_SECONDS = 86400;
const MINUS = '\u2212';
const THIN = '\u202f';

const MONTHS: Record<string, string[]> = {
  en: ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'],
  sw: ['Jan', 'Feb', 'Mac', 'Apr', 'Mei', 'Jun', 'Jul', 'Ago', 'Sep', 'Okt', 'Nov', 'Des'],
};
// "3 d", "siku 3": the number stands where the language has it.
const PIECES: Record<string, [day: string, hour: string, minute: string, second: string]> = {
  en: ['#_d', '#_h', '#_min', '#_s'],
  sw: ['siku_#', 'saa_#', 'dk_#', 'sek_#'],
};
let months = MONTHS['en']!;
let pieces = PIECES['en']!;

export function useFormatsOf(language: string): void {
  months = MONTHS[language] ?? MONTHS['en']!;
  pieces = PIECES[language] ?? PIECES['en']!;
}

function grouped(whole: number): string {
  return String(whole).replace(/\B(?=(\d{3})+$)/g, ',');
}

// "KES 1,234", or "KES 1,234.50"; in ledgers always with cents.
export function money(cents: number, always = false): string {
  return `KES${'\u00a0'}${amount(cents, always)}`;
}

export function amount(cents: number, always = false): string {
  const whole = Math.floor(Math.abs(cents) / 100);
  const rest = Math.abs(cents) % 100;
  const text = grouped(whole) + (always || rest ? `.${String(rest).padStart(2, '0')}` : '');
  return (cents < 0 ? MINUS : '') + text;
}

// "1500" and "1,500.50" in a field; nothing where it is no amount.
export function centsOf(text: string): number | undefined {
  const match = /^\s*(\d{1,9})(?:\.(\d{1,2}))?\s*$/.exec(text.replaceAll(',', ''));
  return match ? Number(match[1]) * 100 + Number((match[2] ?? '').padEnd(2, '0')) : undefined;
}

export function count(number: number): string {
  return (number < 0 ? MINUS : '') + grouped(Math.abs(number));
}

function local(seconds: number): Date {
  return new Date((seconds + EAT_SECONDS) * 1000); // read with the UTC methods
}

const two = (number: number) => String(number).padStart(2, '0');

// "14:02"
export function clock(seconds: number, withSeconds = false): string {
  const at = local(seconds);
  const text = `${two(at.getUTCHours())}:${two(at.getUTCMinutes())}`;
  return withSeconds ? `${text}:${two(at.getUTCSeconds())}` : text;
}

// "20 Nov 2026"
export function day(seconds: number): string {
  const at = local(seconds);
  return `${at.getUTCDate()} ${months[at.getUTCMonth()]} ${at.getUTCFullYear()}`;
}

// "20 Nov"
export function shortDay(seconds: number): string {
  const at = local(seconds);
  return `${at.getUTCDate()} ${months[at.getUTCMonth()]}`;
}

// 202611 as "Nov 2026"
export function month(number: number): string {
  return `${months[(number % 100) - 1]} ${Math.floor(number / 100)}`;
}

// "20 Nov 2026, 14:02"
export function time(seconds: number): string {
  return `${day(seconds)}, ${clock(seconds)}`;
}

// The beginning of that day in Nairobi.
export function startOfDay(seconds: number): number {
  return Math.floor((seconds + EAT_SECONDS) / DAY_SECONDS) * DAY_SECONDS - EAT_SECONDS;
}

// 20261120 to the beginning of that day.
export function startOfNumberedDay(number: number): number {
  const year = Math.floor(number / 10000);
  const month = Math.floor(number / 100) % 100;
  return Date.UTC(year, month - 1, number % 100) / 1000 - EAT_SECONDS;
}

// "2026-11-20T14:02" as an input of type datetime-local holds it, both ways.
export function toField(seconds: number): string {
  return local(seconds).toISOString().slice(0, 16);
}
export function fromField(text: string): number | undefined {
  const at = Date.parse(`${text}:00Z`);
  return Number.isNaN(at) ? undefined : at / 1000 - EAT_SECONDS;
}

// "3 d 4 h", "12 min", "40 s": the two largest parts.
export function length(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const parts = [
    Math.floor(whole / DAY_SECONDS),
    Math.floor(whole / 3600) % 24,
    Math.floor(whole / 60) % 60,
    whole % 60,
  ];
  const found = parts.findIndex((part) => part > 0);
  const first = found < 0 ? parts.length - 1 : found;
  const write = (at: number) => pieces[at]!.replace('#', String(parts[at])).replace('_', THIN);
  const isTwo = first < 2 && parts[first + 1]! > 0;
  return write(first) + (isTwo ? ` ${write(first + 1)}` : '');
}

// Whether the box will take it as a Kenyan mobile number, in any usual form.
export function isPhone(text: string): boolean {
  return /^(00254|\+?2540?|0)?[71]\d{8}$/.test(text.replace(/[\s().-]/g, ''));
}

// "0712 345 678"; "07** *** 678" where the provider masks it, all but the 0 where it sends a hash.
export function phone(digits: string): string {
  const known = /^[0-9a-f]{64}$/.test(digits) ? '254*' : digits;
  const whole = known.replace('*', '*'.repeat(Math.max(1, 13 - known.length)));
  const match = /^254([\d*]{3})([\d*]{3})([\d*]{3})$/.exec(whole);
  return match ? `0${match[1]} ${match[2]} ${match[3]}` : digits;
}

// 1 GB is a thousand million bytes here, as on a customer's bundle.
export function bytes(number: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = number;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = unit === 0 || value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return `${value.toFixed(digits)}${'\u00a0'}${units[unit]}`;
}

// "10 Mbit/s", "512 kbit/s"
export function rate(bits: number): string {
  const mega = bits / 1e6;
  if (mega >= 1) return `${Number(mega.toFixed(1))}${'\u00a0'}Mbit/s`;
  return `${Number((bits / 1e3).toFixed(0))}${'\u00a0'}kbit/s`;
}
