package io.sluice.cli;

import io.sluice.config.DataSize;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Reads sizes such as `256MiB`, `4g` or `65536`.
final class DataSizes implements ITypeConverter<DataSize> {
  private static final Pattern SIZE = Pattern.compile("(\\d{1,18})\\s*([kmg]?)(i?b)?");
  private static final Map<String, Integer> SHIFTS = Map.of("", 0, "k", 10, "m", 20, "g", 30);

  @Override
  public DataSize convert(String text) {
    Matcher size = SIZE.matcher(text.strip().toLowerCase(Locale.ROOT));
    if (!size.matches()) {
      throw wrong(text);
    }
    long count = Long.parseLong(size.group(1));
    int shift = SHIFTS.getOrDefault(size.group(2), 0);
    if (count > Long.MAX_VALUE >> shift) {
      throw wrong(text);
    }
    return DataSize.bytes(count << shift);
  }

  private static TypeConversionException wrong(String text) {
    return new TypeConversionException(
        "must be bytes, or such as 64KiB, 256MiB or 4GiB, was '" + text + "'");
  }
}
