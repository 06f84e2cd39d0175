import { daily } from './en_daily';
import { office } from './en_office';
import { settings } from './en_settings';

// Not by spreading: so many keys take a slow phone fifty times as long.
export const en = Object.assign({}, daily, office, settings);
