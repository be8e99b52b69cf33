using System.Globalization;
using Laminet.Formats.Watching;
using Laminet.Optimizers;
using Laminet.Training;
using Laminet.Verification.Watching;

namespace Laminet.Verification.Callbacks;

/// <summary>What the callbacks for TensorBoard and Weights &amp; Biases write, read from the descriptions of the files.</summary>
internal static class WatchingChecks
{
    // tensorflow/core/util/event.proto and framework/summary.proto: step 2, summary 5, its values 1, of these tag 1 and tensor 8, of that float_val 5.
    [Verifies(typeof(TensorBoard))]
    public static void The_events_hold_the_losses_of_the_history() => CallbackChecks.InAFolder(folder =>
    {
        History history = CallbackChecks.Fit(CallbackChecks.Line(new SGD(0.125)), 3, new TensorBoard(folder, writeGraph: false));
        List<byte[]> records = Frames.OfEvents(File.ReadAllBytes(Directory.GetFiles(Path.Combine(folder, "train")).Single()));
        (ulong Step, float Loss)[] received =
        [
            .. from record in records
               let happened = new WireMessage(record)
               from value in happened.All(5).SelectMany(summary => summary.All(1))
               where value.Text(1) == "epoch_loss"
               select (happened.Whole(2), value.All(8).Single().Floats(5).Single()),
        ];
        Expect.Sequence([.. history["loss"].Select((loss, epoch) => ((ulong)epoch, (float)loss))], received, "epochs with their losses");
    });

    // wandb/proto/wandb_internal.proto: history 2, its items 1, of these key 1 and value_json 16.
    [Verifies(typeof(WandbOffline))]
    public static void The_run_holds_the_losses_of_the_history() => CallbackChecks.InAFolder(folder =>
    {
        WandbOffline callback = new(directory: folder);
        History history = CallbackChecks.Fit(CallbackChecks.Line(new SGD(0.125)), 3, callback);
        List<byte[]> records = Frames.OfRun(File.ReadAllBytes(Directory.GetFiles(callback.Folder!, "run-*.wandb").Single()));
        double[] received =
        [
            .. from record in records
               from item in new WireMessage(record).All(2).SelectMany(row => row.All(1))
               where item.Text(1) == "epoch/loss"
               select double.Parse(item.Text(16), CultureInfo.InvariantCulture),
        ];
        Expect.Sequence(history["loss"], received, "losses");
    });
}
