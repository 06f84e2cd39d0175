import { daily } from './en_daily';
import { office } from './en_office';
import { settings } from './en_settings';

export const en = { ...daily, ...office, ...settings };
