export default async function tearDown() {
  await globalThis.stopSharedPostgres?.();
  delete globalThis.stopSharedPostgres;
}
