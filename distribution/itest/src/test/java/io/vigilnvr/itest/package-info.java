/** Looks at the packed distribution from inside, with Pax Exam. */
package io.vigilnvr.itest;
