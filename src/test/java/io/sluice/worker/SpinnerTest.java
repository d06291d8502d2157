package io.sluice.worker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// Spinning is for those who have a core to spare (H-38 without its opposite).
class SpinnerTest {

  @Test
  void onASingleCoreNobodySpins() {
    assertThat(new SpinBudget(0).tryEnter()).isFalse();
    assertThat(new Spinner(new SpinBudget(0)).await(new Inbox())).isFalse();
  }

  @Test
  void oneThreadLessSpinsThanThereAreCores() {
    SpinBudget budget = new SpinBudget(2);
    assertThat(budget.tryEnter()).isTrue();
    assertThat(budget.tryEnter()).isTrue();
    assertThat(budget.tryEnter()).as("a third one").isFalse();
    budget.leave();
    assertThat(budget.tryEnter()).as("in place of one that left").isTrue();
  }

  @Test
  void aSpinThatIsOverLeavesItsPlace() {
    SpinBudget budget = new SpinBudget(1);
    Spinner spinner = new Spinner(budget);
    for (int i = 0; i < 100; i++) {
      assertThat(spinner.await(new Inbox())).as("spins in vain").isTrue();
    }
    assertThat(budget.tryEnter()).isTrue();
  }

  @Test
  void withAnItemThereIsNothingToWaitFor() {
    Inbox inbox = new Inbox();
    inbox.put(TestWork.pinned(() -> {}), false);
    assertThat(new Spinner(new SpinBudget(1)).await(inbox)).isFalse();
  }
}
