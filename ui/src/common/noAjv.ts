/**
 * Stands in for `@rjsf/validator-ajv8`, which only the tests of `@rjsf/core` use: ajv makes code at run time, and the
 * page's policy forbids that.
 */
export default undefined;
