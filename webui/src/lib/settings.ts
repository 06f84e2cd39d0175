// What an owner sets, in groups a person thinks in; names and hints are in the catalogue.
export const settingGroups: { name: 'isp' | 'mpesa' | 'security' | 'radius' | 'tls'; prefix: string }[] = [
  { name: 'isp', prefix: 'isp.' },
  { name: 'mpesa', prefix: 'mpesa.' },
  { name: 'security', prefix: 'security.' },
  { name: 'radius', prefix: 'radius.' },
  { name: 'tls', prefix: 'tls.' },
];
