// "Chrome, Android" of what a browser says of itself.
export function deviceName(agent: string): string {
  if (!agent) return '–';
  const browser =
    [/Edg\//, /OPR\//, /SamsungBrowser\//, /Firefox\//, /Chrome\//, /Safari\//].find((one) =>
      one.test(agent),
    )?.source ?? '';
  const names: Record<string, string> = {
    'Edg\\/': 'Edge',
    'OPR\\/': 'Opera',
    'SamsungBrowser\\/': 'Samsung Internet',
    'Firefox\\/': 'Firefox',
    'Chrome\\/': 'Chrome',
    'Safari\\/': 'Safari',
  };
  const system = /Android|iPhone|iPad|Windows|Mac OS X|Linux/.exec(agent)?.[0] ?? '';
  const name = names[browser];
  return name ? [name, system].filter(Boolean).join(', ') : agent.slice(0, 60);
}
