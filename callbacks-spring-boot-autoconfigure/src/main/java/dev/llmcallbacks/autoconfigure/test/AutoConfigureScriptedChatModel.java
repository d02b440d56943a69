package dev.llmcallbacks.autoconfigure.test;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.boot.autoconfigure.ImportAutoConfiguration;

import dev.llmcallbacks.test.EventRecorder;
import dev.llmcallbacks.test.ScriptedChatModel;

/**
 * For test classes: replaces every {@code ChatModel} bean of the application by one
 * {@link ScriptedChatModel}, so that nothing is asked over HTTP and no API key is needed,
 * and adds an {@link EventRecorder} to the application's handlers. Both can be injected,
 * and are reset before each test method.
 * <p>
 * Goes with {@code @SpringBootTest}, and with test slices, which get a {@code ChatClient}
 * by it. A {@code ScriptedChatModel} bean of the test's own takes the place of the one
 * brought along, for instance to answer calls that are made while the application starts.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@ImportAutoConfiguration
public @interface AutoConfigureScriptedChatModel {

}
