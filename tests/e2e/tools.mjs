// The packages the tests need; they are installed outside the sources.
import { createRequire } from 'node:module';

export const tools = createRequire(`${process.env.MNARA_E2E_TOOLS}/package.json`);
