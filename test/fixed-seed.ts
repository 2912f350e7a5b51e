import fc from 'fast-check';

// A change is judged by the same examples each time it is tested; a deep search looks at others each time.
if (process.env['FAST_CHECK_RUNS'] === undefined) fc.configureGlobal({ seed: 20_261_125 });
