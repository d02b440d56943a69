package dev.llmcallbacks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import org.junit.jupiter.api.Test;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the layers of {@code docs/architecture.md}. A component is a package below
 * {@code dev.llmcallbacks} together with its sub-packages, unless these are components of
 * their own.
 */
class ArchitectureTests {

	private static final String ROOT = "dev.llmcallbacks";

	/** From the lowest to the highest. */
	private static final List<Set<String>> LAYERS = List.of(Set.of("run", "message"), Set.of("event"),
			Set.of("callback", "model", "provider"), Set.of("dispatch", "provider.openai", "provider.anthropic"),
			Set.of("chain", "tool", "retriever"), Set.of("client"), Set.of("agent"),
			Set.of("observation", "handlers", "test", "feed", "langchain4j", "springai"), Set.of("autoconfigure"));

	/** The only components that depend on another one of their own layer. */
	private static final Map<String, String> NEIGHBOURS = Map.of("message", "run", "provider", "model", "feed",
			"handlers");

	private static final int FEWEST_CLASSES = 40;

	private static final int MOST_LINES = 600;

	/** Maximum number of types of a package that may depend on each other in a circle. */
	private static final int MOST_IN_A_CIRCLE = 3;

	private static final Path MAIN = Path.of("src/main/java");

	private static final Path TEST = Path.of("src/test/java");

	private static final Pattern PACKAGE_COMMENT = Pattern.compile("/\\*\\*(.*?)\\*/.*?\\bpackage\\s", Pattern.DOTALL);

	private static final JavaClasses CLASSES = new ClassFileImporter()
		.withImportOption(new ImportOption.DoNotIncludeTests())
		.withImportOption(new ImportOption.DoNotIncludeJars())
		.importPackages(ROOT);

	@Test
	void shouldSeeTheProductionCode() {
		assertThat(CLASSES.size())
			.as("These rules would pass on nothing: the import found too few classes. "
					+ "If the library really became smaller, lower FEWEST_CLASSES")
			.isGreaterThanOrEqualTo(FEWEST_CLASSES);
		assertThat(javaFiles(MAIN)).as("Run this test with the module's folder as working directory").isNotEmpty();
	}

	@Test
	void shouldImportDownwardsOnly() {
		classes().that(areProductionCode()).should(importDownwardsOnly()).check(CLASSES);
	}

	@Test
	void shouldHaveNoPackageCycles() {
		SlicesRuleDefinition.slices()
			.assignedFrom(eachPackage())
			.should()
			.beFreeOfCycles()
			.as("Packages must not depend on each other in a circle: "
					+ "move the shared type to a lower layer, or let the lower one define an interface")
			.allowEmptyShould(true)
			.check(CLASSES);
	}

	@Test
	void shouldHaveNoLargeCirclesOfTypes() {
		TypeGraph graph = new TypeGraph(CLASSES, ROOT);
		assertThat(graph.components().stream().filter((component) -> component.size() > MOST_IN_A_CIRCLE))
			.as("Types of one package that depend on each other in a circle: let the lower ones define an interface, "
					+ "or make one type of them. What an interface depends on as a factory of its implementations, "
					+ "or because it is sealed, is not counted")
			.isEmpty();
	}

	@Test
	void shouldKnowSpringBootInAutoconfigureOnly() {
		noClasses().that()
			.resideOutsideOfPackage(component("autoconfigure"))
			.should()
			.dependOnClassesThat()
			.resideInAPackage("org.springframework.boot..")
			.because("the library works without Boot: take what you need as a constructor or builder argument, "
					+ "and wire it in " + ROOT + ".autoconfigure")
			.check(CLASSES);
	}

	@Test
	void shouldKnowTestLibrariesInTestSupportOnly() {
		noClasses().that()
			.resideOutsideOfPackages(component("test"), component("autoconfigure.test"))
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage(component("test"), component("autoconfigure.test"), "org.assertj..", "org.junit..",
					"org.springframework.test..", "org.springframework.boot.test..")
			.because("an application has none of them: these are optional dependencies, for its tests")
			.check(CLASSES);
	}

	@Test
	void shouldKnowLangChain4jInItsPackageOnly() {
		noClasses().that()
			.resideOutsideOfPackages(component("langchain4j"), component("autoconfigure"))
			.should()
			.dependOnClassesThat()
			.resideInAPackage("dev.langchain4j..")
			.because("most applications do not have it")
			.check(CLASSES);
	}

	@Test
	void shouldKeepValuesFreeOfSpring() {
		noClasses().that()
			.resideInAnyPackage(component("run"), component("message"))
			.should()
			.dependOnClassesThat()
			.resideInAPackage("org.springframework..")
			.because("these are plain values: put what needs Spring in a higher layer")
			.allowEmptyShould(true)
			.check(CLASSES);
	}

	@Test
	void shouldKnowJacksonWhereJsonIsSpokenOnly() {
		noClasses().that()
			.resideOutsideOfPackages(component("provider"), component("tool"), component("handlers"),
					component("observation"), component("test"), component("springai"), component("langchain4j"),
					component("feed"))
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("tools.jackson..", "com.fasterxml.jackson..")
			.because("JSON belongs to the wire formats, to a server of them, to tools, to the recorder, "
					+ "to the content of spans and to bridges: pass on values of the library instead")
			.check(CLASSES);
	}

	@Test
	void shouldHaveNoUtilityClasses() {
		noClasses().should()
			.haveNameMatching(".*Utils?")
			.because("the name says nothing: put the method where its data is, or name the class after what it knows")
			.check(CLASSES);
	}

	@Test
	void shouldHaveNoTypeInTheRootPackage() {
		assertThat(javaFiles(MAIN).map((file) -> MAIN.relativize(file).getParent())
			.filter(Path.of(ROOT.replace('.', '/'))::equals)).as("%s holds no type: move it into a component", ROOT)
			.isEmpty();
	}

	@Test
	void shouldDescribeEveryPackage() throws IOException {
		for (Path folder : javaFiles(MAIN).map(Path::getParent).distinct().toList()) {
			Path description = folder.resolve("package-info.java");
			assertThat(description).as("Write one sentence on what the package is for, and @NullMarked").exists();
			String source = Files.readString(description);
			assertThat(source).as("Annotate the package in %s with @NullMarked", description)
				.containsPattern("(?m)^@NullMarked$");
			assertThat(commentOf(source)).as("Begin %s with a sentence on what the package is for", description)
				.matches("(?s)\\p{Lu}.{15,}?\\.(\\s.*)?");
		}
	}

	@Test
	void shouldHaveNoLongFiles() throws IOException {
		for (Path file : Stream.concat(javaFiles(MAIN), javaFiles(TEST)).toList()) {
			assertThat(Files.readAllLines(file).size())
				.as("Lines of %s, which is too long for one responsibility", file)
				.isLessThanOrEqualTo(MOST_LINES);
		}
	}

	private static String component(String name) {
		return ROOT + "." + name + "..";
	}

	private static DescribedPredicate<JavaClass> areProductionCode() {
		return DescribedPredicate.describe("are production code",
				(type) -> type.getPackageName().startsWith(ROOT + "."));
	}

	private static ArchCondition<JavaClass> importDownwardsOnly() {
		return new ArchCondition<>("depend on lower layers only") {

			@Override
			public void check(JavaClass type, ConditionEvents events) {
				Optional<String> from = componentOf(type);
				if (from.isEmpty()) {
					events.add(SimpleConditionEvent.violated(type,
							type.getName() + " belongs to no component: move it into one, "
									+ "or give its package a layer in LAYERS and in docs/architecture.md"));
					return;
				}
				for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
					Optional<String> to = componentOf(dependency.getTargetClass());
					if (to.isPresent() && !mayKnow(from.get(), to.get())) {
						events.add(SimpleConditionEvent.violated(dependency,
								"'" + from.get() + "' (layer " + layerOf(from.get()) + ") must not depend on '"
										+ to.get() + "' (layer " + layerOf(to.get()) + "): move the type down, or let '"
										+ from.get() + "' define an interface. " + dependency.getDescription()));
					}
				}
			}

		};
	}

	private static boolean mayKnow(String from, String to) {
		return from.equals(to) || layerOf(to) < layerOf(from) || to.equals(NEIGHBOURS.get(from));
	}

	private static int layerOf(String component) {
		return LAYERS.indexOf(LAYERS.stream().filter((layer) -> layer.contains(component)).findFirst().orElseThrow());
	}

	private static Optional<String> componentOf(JavaClass type) {
		String name = type.getBaseComponentType().getPackageName() + ".";
		return LAYERS.stream()
			.flatMap(Set::stream)
			.filter((component) -> name.startsWith(ROOT + "." + component + "."))
			.max(Comparator.comparingInt(String::length));
	}

	private static SliceAssignment eachPackage() {
		return new SliceAssignment() {

			@Override
			public SliceIdentifier getIdentifierOf(JavaClass type) {
				return type.getPackageName().startsWith(ROOT) ? SliceIdentifier.of(type.getPackageName())
						: SliceIdentifier.ignore();
			}

			@Override
			public String getDescription() {
				return "each package";
			}

		};
	}

	private static String commentOf(String source) {
		Matcher matcher = PACKAGE_COMMENT.matcher(source);
		return matcher.find() ? matcher.group(1).replaceAll("(?m)^\\s*\\*\\s?", "").strip() : "";
	}

	private static Stream<Path> javaFiles(Path folder) {
		try (Stream<Path> files = Files.walk(folder)) {
			return files.filter((file) -> file.toString().endsWith(".java")).sorted().toList().stream();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
