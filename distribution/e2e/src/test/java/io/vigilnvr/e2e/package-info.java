/** The packed distribution, used as its users do: from outside. */
package io.vigilnvr.e2e;
