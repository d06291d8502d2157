package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.openqa.selenium.By;
import org.openqa.selenium.JavascriptException;
import org.openqa.selenium.Keys;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/// A browser without a window: the system's Chromium, driven through its ChromeDriver.
final class Browser implements AutoCloseable {
  private static final Duration BOUND = Duration.ofSeconds(30);
  private static final long PAUSE_NS = 20_000_000;

  /// Selenium warns of each browser that is younger than it. Kept, since loggers are held weakly.
  private static final Logger SELENIUM = Logger.getLogger("org.openqa.selenium");

  private final ChromeDriver driver;

  private Browser(ChromeDriver driver) {
    this.driver = driver;
  }

  /// Starts it; empty where it isn't installed.
  static Optional<Browser> start() {
    Optional<File> chromium = onPath("chromium", "chromium-browser", "google-chrome");
    Optional<File> service = onPath("chromedriver");
    return chromium.isPresent() && service.isPresent()
        ? Optional.of(new Browser(driver(chromium.get(), service.get())))
        : Optional.empty();
  }

  private static Optional<File> onPath(String... names) {
    return Stream.of(String.valueOf(System.getenv("PATH")).split(File.pathSeparator))
        .flatMap(directory -> Stream.of(names).map(name -> new File(directory, name)))
        .filter(File::canExecute)
        .findFirst();
  }

  /// It asks nobody on the network for anything.
  private static ChromeDriver driver(File chromium, File service) {
    SELENIUM.setLevel(Level.SEVERE);
    ChromeOptions options = new ChromeOptions();
    options.setBinary(chromium);
    options.addArguments(
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-extensions",
        "--hide-scrollbars",
        "--window-size=1280,900");
    LoggingPreferences logs = new LoggingPreferences();
    logs.enable(LogType.BROWSER, Level.ALL);
    options.setCapability("goog:loggingPrefs", logs);
    return new ChromeDriver(
        new ChromeDriverService.Builder()
            .usingDriverExecutable(service)
            .usingAnyFreePort()
            .withSilent(true)
            .build(),
        options);
  }

  void open(URI page) {
    driver.get(page.toString());
  }

  /// Goes to an empty page, so that nothing of the last one is said any more.
  void leave() {
    driver.get("about:blank");
    var _ = driver.manage().logs().get(LogType.BROWSER);
  }

  /// What the next pages are shown as.
  ///
  /// @param widthPixels of the window
  /// @param scheme light or dark
  void look(int widthPixels, int heightPixels, String scheme) {
    driver.executeCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        Map.of(
            "width",
            widthPixels,
            "height",
            heightPixels,
            "deviceScaleFactor",
            1,
            "mobile",
            widthPixels < 600));
    driver.executeCdpCommand(
        "Emulation.setEmulatedMedia",
        Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
  }

  WebElement element(String id) {
    return driver.findElement(By.id(id));
  }

  String text(String id) {
    return element(id).getText();
  }

  List<WebElement> elements(String css) {
    return driver.findElements(By.cssSelector(css));
  }

  /// Of the element that has the focus.
  String focus() {
    return String.valueOf(driver.switchTo().activeElement().getAttribute("id"));
  }

  void type(CharSequence keys) {
    driver.switchTo().activeElement().sendKeys(keys);
  }

  void typeInto(String id, String text) {
    element(id).sendKeys(text, Keys.ENTER);
  }

  Object script(String script, Object... arguments) {
    return Objects.requireNonNull(driver.executeScript("return " + script, arguments));
  }

  void awaitText(String id, String part) {
    await("'" + part + "' in #" + id, () -> shows(id, part));
  }

  /// Waits with a bound that a loaded machine keeps.
  void await(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + BOUND.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime())
          .as(() -> "still waiting for " + what + "; the page says: " + text("sentence"))
          .isLessThan(deadline);
      LockSupport.parkNanos(PAUSE_NS);
    }
  }

  private boolean shows(String id, String part) {
    try {
      return text(id).contains(part);
    } catch (StaleElementReferenceException | JavascriptException replaced) {
      return false;
    }
  }

  /// Nothing was said on the console since the last time, but for what has one of these words in it.
  void assertNoErrors(String... expected) {
    List<String> said =
        driver.manage().logs().get(LogType.BROWSER).getAll().stream()
            .map(entry -> entry.getLevel() + " " + entry.getMessage())
            .filter(line -> Stream.of(expected).noneMatch(line::contains))
            .toList();
    assertThat(said).as("the console").isEmpty();
  }

  /// The whole page, also what is below the window's edge.
  void shoot(Path file) {
    shoot(file, Integer.MAX_VALUE);
  }

  /// The upper part of the page.
  void shoot(Path file, int maxHeight) {
    Object size =
        driver.executeScript(
            "scrollTo(0, 0); const page = document.documentElement;"
                + " return [page.clientWidth, Math.min(page.scrollHeight, arguments[0])]",
            maxHeight);
    List<?> sides = (List<?>) Objects.requireNonNull(size);
    Map<String, Object> picture =
        driver.executeCdpCommand(
            "Page.captureScreenshot",
            Map.of(
                "format",
                "png",
                "captureBeyondViewport",
                true,
                "clip",
                Map.of("x", 0, "y", 0, "width", sides.get(0), "height", sides.get(1), "scale", 1)));
    try {
      Files.createDirectories(file.getParent());
      Files.write(file, Base64.getDecoder().decode(String.valueOf(picture.get("data"))));
    } catch (IOException e) {
      throw new UncheckedIOException("the picture can't be written", e);
    }
  }

  @Override
  public void close() {
    driver.quit();
  }
}
