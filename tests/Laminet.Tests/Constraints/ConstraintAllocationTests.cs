using Laminet.Constraints;
using Laminet.Layers;
using Laminet.Tensors;
using Laminet.Tests.Shared;
using Laminet.Training;
using Laminet.Verification.Golden;

namespace Laminet.Tests.Constraints;

[Collection("Engine settings")]
public sealed class ConstraintAllocationTests
{
    [Fact]
    public void A_training_step_with_constraints_allocates_nothing()
    {
        Sequential model = new(3, new Input([8]), new Dense(6, "relu", kernelConstraint: new MaxNorm(1), biasConstraint: "non_neg") { ActivityRegularizer = "l2" }, new Dense(3, kernelConstraint: new MinMaxNorm(0.5, 1, 0.5, 1)));
        model.Compile("adam", "mse");
        Tensor x = new Lcg(1).Tensor([16, 8], 0.5, DType.Float32), y = new Lcg(2).Tensor([16, 3], 0.5, DType.Float32);
        Assert.Equal(0, Allocations.Of(_ => model.TrainOnBatch(x, y)));
    }
}
