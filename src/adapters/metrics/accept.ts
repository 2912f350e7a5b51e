/** Whether a scraper that sends this `Accept` header rather has OpenMetrics than Prometheus' own text. */
export function prefersOpenMetrics(accept: string | undefined): boolean {
  if (accept === undefined) return false;
  const wanted = accept.split(',').map(parse);
  const quality = (...types: string[]): number =>
    Math.max(0, ...wanted.filter(({ type }) => types.includes(type)).map((range) => range.quality));
  const open = quality('application/openmetrics-text');
  return open > 0 && open >= quality('text/plain', 'text/*', '*/*');
}

function parse(range: string): { type: string; quality: number } {
  const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
  const quality = parameters.find((parameter) => parameter.startsWith('q='))?.slice('q='.length);
  return { type, quality: quality === undefined ? 1 : Number(quality) || 0 };
}
