package io.sluice.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Links between pages lead somewhere, and what a page names in backticks exists: files, types,
/// constants, methods and tests.
///
/// Code blocks are not looked at, nor names that are in capitals where a reader puts his own
/// (`examples/NAME`).
class DocLinksTest {
  private static final Pattern FENCE =
      Pattern.compile("^```.*?^```", Pattern.MULTILINE | Pattern.DOTALL);
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
  private static final Pattern HEADING = Pattern.compile("^#+ +(.*)$", Pattern.MULTILINE);
  private static final Pattern TICKED = Pattern.compile("`([^`\n]+)`");
  private static final Pattern PATH =
      Pattern.compile("(src|docs|examples|\\.ci)/[\\w./-]+|[\\w-]+\\.(md|xml)");
  private static final Pattern PLACEHOLDER = Pattern.compile(".*\\b(NAME|NNNN|YYYY)\\b.*");

  /// `Type`, `Type.member`, `Type.member(...)`.
  private static final Pattern TYPE =
      Pattern.compile("([A-Z]\\w*[a-z]\\w*)(?:<.*>)?(?:\\.(\\w+))?(?:\\W.*)?");

  private static final Pattern CONSTANT = Pattern.compile("[A-Z][A-Z0-9]*(_[A-Z0-9]+)+");
  private static final Pattern CALL = Pattern.compile("([a-z]\\w*)\\([^)]*\\)");
  private static final Pattern DECLARED =
      Pattern.compile("\\b(?:class|interface|enum|record|@interface) ([A-Z]\\w*)");
  private static final Pattern WORD = Pattern.compile("\\w+");

  /// What the pages may name though it is not ours: of the JDK, of Reactor, of the environment.
  private static final Set<String> FOREIGN =
      wordsOf(
          """
          Arena AssertionError AutoCloseable ByteBuffer DelayError Disposable EmitResult
          FUTEX_PRIVATE_FLAG FileChannel Files Flux HashSet Hooks IllegalArgumentException IllegalStateException
          IndexOutOfBoundsException InternalError JAVA25_HOME JAVA_HOME JAVA_OPTS SLUICE_TOKEN MemorySegment Mono
          NonBlocking NullPointerException OutOfMemoryError PR_SET_PDEATHSIG Random RejectedExecutionException
          Scannable Scheduler Schedulers StepVerifier System Unsafe UnsupportedOperationException
          VarHandle VirtualTimeScheduler block doOnDiscard nanoTime walk
          """);

  @Test
  void linksBetweenPagesLeadSomewhere() {
    List<String> dead = new ArrayList<>();
    for (Path page : Pages.all()) {
      for (String target : found(LINK, prose(page))) {
        if (!target.contains(":") && !leadsSomewhere(page, target)) {
          dead.add(name(page) + " -> " + target);
        }
      }
    }
    assertThat(dead).as("links that lead nowhere").isEmpty();
  }

  private static boolean leadsSomewhere(Path page, String target) {
    int hash = target.indexOf('#');
    String file = hash < 0 ? target : target.substring(0, hash);
    Path linked = file.isEmpty() ? page : page.resolveSibling(file).normalize();
    return Files.exists(linked)
        && (hash < 0 || anchors(linked).contains(target.substring(hash + 1)));
  }

  /// As GitHub makes them.
  private static Set<String> anchors(Path page) {
    return found(HEADING, Pages.read(page)).stream()
        .map(title -> title.toLowerCase(Locale.ROOT).replaceAll("[^\\w -]", "").replace(' ', '-'))
        .collect(Collectors.toSet());
  }

  @Test
  void filesNamedInBackticksExist() {
    List<String> missing = new ArrayList<>();
    for (Path page : Pages.all()) {
      for (String ticked : found(TICKED, prose(page))) {
        if (PATH.matcher(ticked).matches()
            && !PLACEHOLDER.matcher(ticked).matches()
            && !exists(page, ticked)) {
          missing.add(name(page) + ": " + ticked);
        }
      }
    }
    assertThat(missing).as("files that don't exist").isEmpty();
  }

  private static boolean exists(Path page, String file) {
    return Files.exists(Pages.ROOT.resolve(file)) || Files.exists(page.resolveSibling(file));
  }

  @Test
  void whatIsNamedInBackticksIsInTheSources() {
    Sources sources = new Sources();
    List<String> unknown = new ArrayList<>();
    for (Path page : Pages.all()) {
      for (String ticked : found(TICKED, prose(page))) {
        if (!PLACEHOLDER.matcher(ticked).matches() && !sources.know(ticked)) {
          unknown.add(name(page) + ": " + ticked);
        }
      }
    }
    assertThat(unknown).as("names that no source has").isEmpty();
  }

  private static Set<String> wordsOf(String text) {
    return WORD.matcher(text).results().map(MatchResult::group).collect(Collectors.toSet());
  }

  private static String prose(Path page) {
    return FENCE.matcher(Pages.read(page)).replaceAll("");
  }

  private static List<String> found(Pattern pattern, String text) {
    return pattern.matcher(text).results().map(match -> match.group(1)).toList();
  }

  private static String name(Path page) {
    return Pages.ROOT.relativize(page).toString();
  }

  /// The words of all sources, and of those that declare a type.
  private static final class Sources {
    private final Map<String, Set<String>> wordsByType = new HashMap<>();
    private final Set<String> words = new HashSet<>();

    Sources() {
      for (Path source : Pages.javaSources()) {
        String text = Pages.read(source);
        Set<String> own = wordsOf(text);
        words.addAll(own);
        for (String type : found(DECLARED, text)) {
          wordsByType.computeIfAbsent(type, t -> new HashSet<>()).addAll(own);
        }
      }
    }

    boolean know(String ticked) {
      Matcher type = TYPE.matcher(ticked);
      if (type.matches()) {
        return knowMember(type.group(1), type.group(2));
      }
      Matcher call = CALL.matcher(ticked);
      return call.matches()
          ? words.contains(call.group(1)) || FOREIGN.contains(call.group(1))
          : !CONSTANT.matcher(ticked).matches()
              || words.contains(ticked)
              || FOREIGN.contains(ticked);
    }

    private boolean knowMember(String type, @Nullable String member) {
      Set<String> own = wordsByType.get(type);
      return own == null ? FOREIGN.contains(type) : member == null || own.contains(member);
    }
  }
}
