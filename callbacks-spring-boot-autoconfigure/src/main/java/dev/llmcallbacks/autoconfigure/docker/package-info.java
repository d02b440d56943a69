/**
 * Connection details of servers that run in containers, for Spring Boot's support of
 * Testcontainers and of Docker Compose.
 */
@NullMarked
package dev.llmcallbacks.autoconfigure.docker;

import org.jspecify.annotations.NullMarked;
