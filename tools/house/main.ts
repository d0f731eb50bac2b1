import { houseCommand } from './command.js';

const { code, lines } = houseCommand(process.argv.slice(2));
if (lines.length > 0) console.log(lines.join('\n'));
process.exitCode = code;
