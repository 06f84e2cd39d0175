import { daily } from './sw_daily';
import { office } from './sw_office';

export const sw = { ...daily, ...office };
