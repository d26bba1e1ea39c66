#!/usr/bin/env node
import fs, { join } from "node:path";
const a = require('express'), b = await import(`./${x}`), r = /[/"]\/(?:a|b)/g.test("x\"y") ? `a${`b${1}`}` : 1;
export * from '@scope/name/deep';
