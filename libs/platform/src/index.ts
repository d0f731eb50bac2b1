export { csvLine } from './csv/csv-line.js';
