"""What a language model is: its shape, in the words of Hugging Face's ``config.json``."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Llm:
    """The shape of a decoder-only transformer; no weights.

    ``intermediate_size`` is the real width of one MLP (for ``qwen`` half of what its config says).
    A field that an architecture does not have is 0 or False.
    """

    name: str
    model_type: str
    hidden_size: int
    num_hidden_layers: int
    num_attention_heads: int
    num_key_value_heads: int
    head_dim: int
    intermediate_size: int
    vocab_size: int
    tie_word_embeddings: bool

    # Linears: how they are cut decides what LoRA adapts and how many parameters that takes.
    fused_qkv: str = ""
    """Name of the one linear that makes Q, K and V together (``c_attn``, ``query_key_value`` …)."""
    fused_gate_up: str = ""
    """Name of the one linear that makes gate and up together (``gate_up_proj``, ``dense_h_to_4h``)."""
    gated_mlp: bool = True
    qkv_bias: bool = False
    attention_output_bias: bool = False
    mlp_bias: bool = False
    head_bias: bool = False

    # Norms and positions.
    norm_parameters: int = 1
    """Vectors per norm: 1 for RMSNorm, 2 for LayerNorm with bias."""
    norms_per_layer: int = 2
    qk_norm: str = ""
    """``""``, ``head`` (one vector of head_dim for Q and one for K) or ``full`` (their whole width)."""
    qk_norm_parameters: int = 1
    """Vectors per QK norm: 1, or 2 where it has a bias (Phi)."""
    attention_sinks: bool = False
    """One learned logit per head (gpt-oss)."""
    final_norm: bool = True
    learned_positions: int = 0
    """Rows of a learned position table (GPT-2); 0 for rotary positions."""
    max_position_embeddings: int = 0
    sliding_window: int = 0
    sliding_window_every: int = 0
    """One layer in this many attends globally, the others through the window; 0: every layer the same."""

    # Mixture of experts.
    num_experts: int = 0
    num_experts_per_tok: int = 0
    moe_intermediate_size: int = 0
    num_shared_experts: int = 0
    shared_expert_intermediate_size: int = 0
    """Width of the one MLP that all shared experts form together."""
    shared_expert_gate: bool = False
    router_bias: bool = False
    expert_bias: bool = False
    first_dense_layers: int = 0

    # Multi-head latent attention (DeepSeek).
    q_lora_rank: int = 0
    kv_lora_rank: int = 0
    qk_nope_head_dim: int = 0
    qk_rope_head_dim: int = 0
    v_head_dim: int = 0

    # Frozen beside the language model.
    vision_parameters: int = 0

    sources: str = ""
    """Where the figures come from, with date; contains "unverified" when nobody has checked them."""
    published_parameters: int = 0
    """The publisher's own count of them, where one is known, to test ours against."""

    def __hash__(self) -> int:
        """Enough to tell models apart: what is counted of one is looked up for every row of a table."""
        return hash((self.name, self.model_type, self.hidden_size, self.num_hidden_layers))


@dataclass(frozen=True)
class Linear:
    """One kind of ``nn.Linear`` in a layer, by the name that peft's ``target_modules`` matches."""

    name: str
    in_features: int
    out_features: int
    role: str
    """``attention``, ``mlp`` or ``router``."""
    bias: bool = False
    copies: int = 1
    """Modules of this kind in one layer (experts); each one is held in memory."""
    active: int = 1
    """How many of the copies one token passes."""
    targetable: bool = True
    """Whether peft's ``all-linear`` adapts it."""
    packed: bool = False
    """The experts' weights in one tensor: no ``nn.Linear``, so bitsandbytes leaves it in 16 bits."""
    reached_by: tuple[str, ...] = ()
    """The names in ``target_modules`` that adapt it, all of them needed; empty: its own name."""
    rank_factor: int = 1
    """Multiple of the rank that peft gives its adapter (2 where one adapter serves gate and up)."""

    @property
    def n_weights(self) -> int:
        """Weights of all copies, without bias."""
        return self.in_features * self.out_features * self.copies

    @property
    def target_names(self) -> tuple[str, ...]:
        """The names in ``target_modules`` that adapt it together; none when nothing does."""
        if not self.targetable:
            return ()
        return self.reached_by or (self.name,)

    def n_lora_parameters(self, rank: int) -> int:
        """Parameters of the adapters of all copies."""
        return rank * self.rank_factor * (self.in_features + self.out_features) * self.copies


@dataclass(frozen=True)
class Block:
    """``count`` consecutive layers of the same kind."""

    count: int
    linears: tuple[Linear, ...]
    other_parameters: int
    """Norms, biases and whatever else is not a linear's weight, per layer."""


@dataclass(frozen=True)
class Inventory:
    """Everything that has parameters, counted."""

    blocks: tuple[Block, ...]
    embedding_parameters: int
    """Token embeddings, and learned positions."""
    head_parameters: int
    """Output projection; 0 when it is tied to the embeddings."""
    other_parameters: int
    """Final norm, head bias, frozen vision tower."""
    n_parameters: int
    n_active_parameters: int
    """Parameters that one token passes through (all of them without experts)."""
