import { daily } from './en_daily';
import { office } from './en_office';

export const en = { ...daily, ...office };
