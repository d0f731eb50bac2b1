/** Whether databases know such a time: of a year that has four digits and is not 0. */
export function isInCalendar(time: Date): boolean {
  return time.getUTCFullYear() >= 1 && time.getUTCFullYear() <= 9_999;
}
