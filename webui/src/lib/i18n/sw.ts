import { daily } from './sw_daily';
import { office } from './sw_office';
import { settings } from './sw_settings';

export const sw = Object.assign({}, daily, office, settings);
