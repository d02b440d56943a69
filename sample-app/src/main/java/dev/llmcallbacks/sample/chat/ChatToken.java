package dev.llmcallbacks.sample.chat;

/**
 * A token on its way to the browser. As a field of an object its white space survives: a
 * bare text would lose a space at its beginning and be split at line ends.
 *
 * @param token the token
 */
record ChatToken(String token) {

}
