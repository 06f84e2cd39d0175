// What an alert says and what to do, in Swahili: the box writes its details in English, for the log
// and for programs as well. By the first word of the alert's key.
export const alertsInSwahili: Record<string, string> = {
  attempt: 'Haijulikani kama ombi hili la pesa lililipwa. Angalia taarifa ya M-Pesa.',
  clock_suspect:
    'Malipo yanaandikwa; hakuna anayekatwa na hakuna kipya kinachotolewa hadi saa iwe sawa. Rekebisha saa (NTP), au ithibitishe kwenye seva: mnara clock accept',
  inbox: 'Ujumbe wa M-Pesa haukuweza kuandikwa kwenye vitabu. Umehifadhiwa kama ulivyokuja. Hakuna aliyepewa pesa.',
  mpesa_configuration: 'M-Pesa inakataa maombi yetu. Angalia nambari na funguo za M-Pesa kwenye mipangilio.',
  owner: 'Malipo ya ombi yaliandikwa kwa mteja mwingine kabla jibu lake halijafika. Yarekebishe kwa mkono.',
  parked: 'Jibu la M-Pesa halilingani na ombi lake. Hakuna aliyepewa pesa. Linganisha na taarifa ya M-Pesa.',
  projection: 'Mtandao hauwezi kuambiwa kuhusu laini hii; inakataliwa hadi sababu iondolewe.',
  'projection-router': 'Mtandao hauwezi kuambiwa kuhusu ruta hii; inakataliwa hadi sababu iondolewe.',
  radius_db: 'FreeRADIUS haipati mabadiliko. Malipo yanaandikwa; huduma itafuata hili likirekebishwa.',
  router_coa: 'Ruta haijibu CoA. Angalia mlango wake wa RADIUS incoming, ngome (firewall) na siri ya RADIUS.',
  router_job: 'Ruta haifanyi inachopaswa. Angalia toleo na mipangilio yake.',
  router_session: 'Ruta ilisema haina kipindi hiki, na bado inakiripoti. Huenda kukata hakufanyi kazi hapo: angalia toleo na mipangilio yake.',
  sign_in: 'Mtu ameingia kutoka mtandao usiojulikana kwa akaunti hii. Kama si mtu wenu: ondoa kipindi hicho na ubadilishe nywila.',
  tls_certificate: 'Kuna shida na cheti cha HTTPS. Hadi irekebishwe, seva inaonyesha cheti chake yenyewe.',
  unmatched: 'Malipo yamefika bila mwenyewe. Fungua foleni na useme ni ya nani.',
};
