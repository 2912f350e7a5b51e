import { expect, test } from 'vitest';
import { junitReport } from '../../src/cli/test/junit.ts';
import { prettyReport } from '../../src/cli/test/pretty.ts';
import type { TestReport } from '../../src/cli/test/report.ts';
import { tapReport } from '../../src/cli/test/tap.ts';
import { runTests } from '../../src/testing/run-tests.ts';

const outcomes = runTests(`
rules:
  - { id: copy, on: in/+x, publish: { topic: "out/\${x}", payload: "\${payload}" } }
tests:
  - { name: passes, script: [{ at: 0s, send: in/a, payload: 1 }, { at: 0s, expect: out/a }] }
  - { name: "fails \\e]0;x\\a<&>\\"", script: [{ at: 1h, send: in/a, payload: { a: "\\e<&>\\"", b: 1 } }, { at: 1h, expect: out/a, payload: { a: 1, b: 1 } }] }`);

const report: TestReport = {
  files: [{ path: 'rules/x.yaml', tests: outcomes.map(({ test, result }) => ({ test, result, ms: 1.4 })) }],
  problems: [],
  coverage: null,
  ms: 12,
};

test('for people, in colours on a terminal', () => {
  const plain = prettyReport(report, () => undefined, false);
  expect(plain).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
  expect(plain).toMatchInlineSnapshot(`
    "rules/x.yaml
      ✓ passes  0s in 1 ms
      ✗ fails \\x1b]0;x\\x07<&>"  1h in 1 ms

        rules/x.yaml:6:102
        expected out/a at 1h, which came with another payload
          {
        -   "a": 1
        +   "a": "\\u001b<&>\\""
            "b": 1
          }
        what copy did:
          1h        in/a {"a":"\\u001b<&>\\"","b":1}
                    publish out/a {"a":"\\u001b<&>\\"","b":1}

    1 failed, 1 passed (12 ms)
    "
  `);
  const colored = prettyReport(report, () => undefined, true);
  expect(colored).toContain('\x1b[32m✓\x1b[0m passes');
  expect(colored).toContain('\x1b[31m1 failed\x1b[0m, \x1b[32m1 passed\x1b[0m');
  expect(colored.replace(/\x1b\[\d+m/g, '')).toBe(plain);
});

test('for programs that read TAP', () => {
  expect(tapReport(report)).toMatchInlineSnapshot(`
    "TAP version 14
    1..2
    ok 1 - rules/x.yaml: passes
    not ok 2 - rules/x.yaml: fails \\\\x1b]0;x\\\\x07<&>"
      ---
      failures:
        - at: rules/x.yaml:6:102
          message: expected out/a at 1h, which came with another payload
          details: |2-
              {
            -   "a": 1
            +   "a": "\\u001b<&>\\""
                "b": 1
              }
            what copy did:
              1h        in/a {"a":"\\u001b<&>\\"","b":1}
                        publish out/a {"a":"\\u001b<&>\\"","b":1}
      ...
    "
  `);
  expect(tapReport({ ...report, files: [] })).toBe('TAP version 14\n1..0\n');
});

test('for programs that read JUnit', () => {
  expect(junitReport(report)).toMatchInlineSnapshot(`
    "<?xml version="1.0" encoding="UTF-8"?>
    <testsuites name="automate" tests="2" failures="1" errors="0" time="0.012">
    <testsuite name="rules/x.yaml" file="rules/x.yaml" tests="2" failures="1" errors="0" time="0.003">
    <testcase name="passes" classname="rules/x.yaml" file="rules/x.yaml" line="5" time="0.001"/>
    <testcase name="fails \\u001b]0;x\\u0007&lt;&amp;&gt;&quot;" classname="rules/x.yaml" file="rules/x.yaml" line="6" time="0.001">
    <failure message="expected out/a at 1h, which came with another payload" type="different">
    rules/x.yaml:6:102 expected out/a at 1h, which came with another payload
      {
    -   "a": 1
    +   "a": "\\u001b&lt;&amp;&gt;\\""
        "b": 1
      }
    what copy did:
      1h        in/a {"a":"\\u001b&lt;&amp;&gt;\\"","b":1}
                publish out/a {"a":"\\u001b&lt;&amp;&gt;\\"","b":1}
    </failure>
    </testcase>
    </testsuite>
    </testsuites>
    "
  `);
  const [file] = report.files;
  const named = (name: string): TestReport => ({
    ...report,
    files: [{ path: 'x', tests: (file?.tests ?? []).map((ran) => ({ ...ran, test: { ...ran.test, name } })) }],
  });
  expect(junitReport(named('half \uD83D, whole 😀, \uFFFF, a\nb'))).toContain(
    'name="half \\ud83d, whole 😀, \\uffff, a&#10;b"',
  );
});
