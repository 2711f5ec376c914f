import { checkOverrideLength, containerOverrides, overrideLength } from '../../compute/container-overrides.ts';
import { StartRefused } from '../../compute/port.ts';

const request = {
  name: 'shop-dev-BATCH-001-a1b2',
  command: ['node', 'score.js'],
  environment: { STAGE: 'dev', JOB_INPUT: '{}' },
  vcpu: 0.5,
  memoryMib: 1_024,
};

/** The same request with an input that brings the overrides to a length. */
function requestOfLength(length: number) {
  const padding = length - overrideLength(request);
  return { ...request, environment: { ...request.environment, JOB_INPUT: '{}'.padEnd(2 + padding, ' ') } };
}

describe('container overrides', () => {
  test('are the same whatever order the variables were put in', () => {
    const environment = { JOB_INPUT: '{}', STAGE: 'dev' };

    expect(containerOverrides({ ...request, environment })).toEqual(containerOverrides(request));
    expect(containerOverrides(request)).toEqual({
      command: ['node', 'score.js'],
      environment: [
        { name: 'JOB_INPUT', value: '{}' },
        { name: 'STAGE', value: 'dev' },
      ],
      resourceRequirements: [
        { type: 'VCPU', value: '0.5' },
        { type: 'MEMORY', value: '1024' },
      ],
    });
  });

  test('may take 8,192 characters', () => {
    expect(() => checkOverrideLength(requestOfLength(8_192))).not.toThrow();
  });

  test('of 8,193 characters are refused with the numbers and without the input', () => {
    const check = () => checkOverrideLength(requestOfLength(8_193));

    expect(check).toThrow(StartRefused);
    expect(check).toThrow(expect.objectContaining({ failureClass: 'inputTooLarge' }));
    expect(check).toThrow(/8193 characters, AWS takes 8192 \[name=shop-dev-BATCH-001-a1b2, JOB_INPUT=\d+\]/);
  });
});
