import { failureClasses } from '../../model/failures.ts';
import { codesIn, rowsOf, sectionOf, textOf } from './documents.ts';

const document = textOf('docs/failures.md');

test('the document lists every failure class in the order of the code, and who pays for its retry', () => {
  const listed = rowsOf(sectionOf(document, 'Failures')).map(([name = '', retried = '']) => [
    ...codesIn(name),
    retried,
  ]);

  expect(listed).toEqual(Object.entries(failureClasses).map(([name, { retried }]) => [name, retried]));
});

test('each class says what it means and what to do', () => {
  for (const [name, , meaning, advice] of rowsOf(sectionOf(document, 'Failures'))) {
    expect([name, Boolean(meaning), Boolean(advice)]).toEqual([name, true, true]);
  }
});
