import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { hostile } from './hostile.ts';

// node packages/mbz/test/make-invalid.ts: writes test/invalid anew from hostile.ts.
const directory = new URL('invalid/', import.meta.url);
mkdirSync(directory, { recursive: true });
for (const name of readdirSync(directory)) rmSync(new URL(name, directory));
for (const [name, make] of Object.entries(hostile)) writeFileSync(new URL(`${name}.mbz`, directory), make());
