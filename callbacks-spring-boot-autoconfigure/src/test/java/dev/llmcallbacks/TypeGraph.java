package dev.llmcallbacks;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;

/**
 * Dependencies between the top-level types of each package, read from the bytecode. A
 * dependency of a type on its own subtype is left out: a factory method or a sealed
 * hierarchy.
 */
final class TypeGraph {

	private final Map<String, Set<String>> edges = new TreeMap<>();

	private final Map<String, Integer> indexes = new HashMap<>();

	private final Map<String, Integer> lowest = new HashMap<>();

	private final Deque<String> stack = new ArrayDeque<>();

	private final List<Set<String>> components = new ArrayList<>();

	TypeGraph(JavaClasses classes, String root) {
		for (JavaClass type : classes) {
			String from = topLevel(type.getName());
			Set<String> targets = this.edges.computeIfAbsent(from, (name) -> new TreeSet<>());
			for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
				JavaClass target = dependency.getTargetClass().getBaseComponentType();
				String to = topLevel(target.getName());
				if (target.getPackageName().equals(type.getPackageName()) && target.getPackageName().startsWith(root)
						&& !to.equals(from) && !isSubtype(classes, to, from)) {
					targets.add(to);
				}
			}
		}
		this.edges.keySet().stream().filter((type) -> !this.indexes.containsKey(type)).forEach(this::visit);
	}

	// of a type or of a type nested in it, such as the interface of a builder
	private static boolean isSubtype(JavaClasses classes, String type, String of) {
		return classes.contain(type) && classes.stream()
			.filter((candidate) -> topLevel(candidate.getName()).equals(of))
			.anyMatch((candidate) -> classes.get(type).isAssignableTo(candidate.getName()));
	}

	private static String topLevel(String name) {
		int nested = name.indexOf('$');
		return (nested > 0) ? name.substring(0, nested) : name;
	}

	/**
	 * Return the strongly connected components, largest first.
	 * @return the types of each
	 */
	Collection<Set<String>> components() {
		return this.components.stream().sorted((one, other) -> other.size() - one.size()).toList();
	}

	// Tarjan's algorithm
	private void visit(String type) {
		int index = this.indexes.size();
		this.indexes.put(type, index);
		this.lowest.put(type, index);
		this.stack.push(type);
		for (String target : this.edges.getOrDefault(type, Set.of())) {
			if (!this.indexes.containsKey(target)) {
				visit(target);
				this.lowest.merge(type, this.lowest.get(target), Math::min);
			}
			else if (this.stack.contains(target)) {
				this.lowest.merge(type, this.indexes.get(target), Math::min);
			}
		}
		if (this.lowest.get(type) == index) {
			Set<String> component = new TreeSet<>();
			String member;
			do {
				member = this.stack.pop();
				component.add(member);
			}
			while (!member.equals(type));
			this.components.add(component);
		}
	}

}
