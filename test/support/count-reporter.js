import { writeFileSync } from 'node:fs';

/**
 * Jest reporter: writes how many tests passed, failed and were skipped, and the files that failed, as JSON to the
 * file of its option `file`.
 */
export default class CountReporter {
  #file;

  constructor(_config, options) {
    this.#file = options.file;
  }

  onRunComplete(_contexts, results) {
    const counts = {
      passed: results.numPassedTests,
      // A file that cannot be loaded has no tests to count, and is a failure all the same.
      failed: results.numFailedTests + results.numRuntimeErrorTestSuites,
      skipped: results.numPendingTests + results.numTodoTests,
      failedFiles: results.testResults.filter(didNotPass).map((result) => result.testFilePath),
    };
    writeFileSync(this.#file, JSON.stringify(counts));
  }
}

function didNotPass(result) {
  return result.numFailingTests > 0 || result.testExecError !== undefined;
}
